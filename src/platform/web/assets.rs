//! The few files a page brings with it, embedded and named by their content so that browsers may keep them for good.

use std::borrow::Cow;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::platform::failure::Failure;

#[derive(RustEmbed)]
#[folder = "assets"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[include = "*.wasm"]
#[exclude = "*/*"]
struct AssetFiles;

/// One file as it is served.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    pub media_type: &'static str,
    /// Start of the SHA-256 of the bytes: the `v` of its address, and its ETag.
    pub version: String,
}

/// The asset of this name (`app.css`); none if there is none.
pub fn asset(name: &str) -> Option<Asset> {
    let file = AssetFiles::get(name)?;
    Some(Asset { version: version(&file), media_type: media_type(name)?, bytes: file.data })
}

/// The address of an asset, with its version.
pub fn href(name: &str) -> Option<String> {
    AssetFiles::get(name).map(|file| format!("/assets/{name}?v={}", version(&file)))
}

/// Serves an asset. Its address changes with its content, so it may be kept for a year.
pub async fn serve(Path(name): Path<String>) -> Result<Response, Failure> {
    let asset = asset(&name).ok_or(Failure::NotFound)?;
    let kept = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, kept)], asset.bytes).into_response())
}

fn version(file: &rust_embed::EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Only what we serve; a file of another kind in the folder is not for the public.
fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_address_of_the_style_sheet_carries_its_content() {
        let asset = asset("app.css").unwrap();
        assert_eq!(href("app.css").unwrap(), format!("/assets/app.css?v={}", asset.version));
        assert_eq!(asset.media_type, "text/css; charset=utf-8");
    }

    #[test]
    fn what_is_not_an_asset_is_not_served() {
        assert!(asset("../Cargo.toml").is_none());
        assert!(asset("LICENSE").is_none());
        assert!(href("no.css").is_none());
    }
}
