//! What every kind of letter has: the name of its templates, its pictures, its specimens.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{SymbolError, code128_svg, qr_svg};

/// Pictures of one letter by the file name under which its template asks for them.
pub type Images = Vec<(String, Vec<u8>)>;

/// The facts of one letter. Serialised, they are what its template reads as `data.json`; labels and sentences stay in the
/// template. A fact that is not known is `None` or empty, never invented: the template prints a dotted line or leaves it out.
pub trait Letter: Serialize + DeserializeOwned {
    /// The templates are called `<kind>.<form set>.typ`.
    const KIND: &'static str;

    /// Several letters of this kind as JSON, by name: `usual` in full, the others only as far as they differ from it.
    const SPECIMENS: &'static str;

    /// What the QR code holds. It is not printed in letters unless the template does so.
    fn qr(&self) -> Option<&str>;

    /// What the barcode holds: the code that a counter or a messenger scans.
    fn barcode(&self) -> Option<&str>;

    /// `qr.svg` and `barcode.svg`, as far as the letter has something to show.
    fn images(&self) -> Result<Images, SymbolError> {
        let mut images = Vec::new();
        if let Some(text) = self.qr() {
            images.push(("qr.svg".to_owned(), qr_svg(text)?.into_bytes()));
        }
        if let Some(text) = self.barcode() {
            images.push(("barcode.svg".to_owned(), code128_svg(text)?.into_bytes()));
        }
        Ok(images)
    }
}
