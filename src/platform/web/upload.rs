//! Forms with a file: what was typed, and the file as far as it may be taken.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use motcua_domain::text::clean;

use super::form::Form;
use crate::platform::failure::{Failure, FieldError, Sentence};

/// Most bytes of a file.
pub const FILE_MAX: usize = 20 * 1024 * 1024;

/// Longest title of a file.
const TITLE_MAX: usize = 300;

/// A form that was sent with a file, or without one.
#[derive(Default)]
pub struct Upload {
    pub form: Form,
    pub name: String,
    pub bytes: Vec<u8>,
    too_large: bool,
}

impl Upload {
    /// Reads the form; one without files is an empty one.
    pub async fn read(multipart: Result<Multipart, MultipartRejection>) -> Result<Self, Failure> {
        let mut upload = Self::default();
        let Ok(mut multipart) = multipart else { return Ok(upload) };
        let mut typed = Vec::new();
        // An upload that breaks off is told as such: half a file is never kept as a whole one.
        let broken = |_| Failure::refused("form.upload_broken");
        while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(clean);
            let mut bytes = Vec::new();
            let mut too_large = false;
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                if bytes.len() + chunk.len() > FILE_MAX {
                    too_large = true;
                    break;
                }
                bytes.extend_from_slice(&chunk);
            }
            match file_name {
                // A field in which nothing was chosen comes without name and bytes.
                Some(file_name) if !upload.has_file() => {
                    upload.name = file_name;
                    upload.bytes = bytes;
                    upload.too_large = too_large;
                }
                Some(_) => {}
                None => typed.push((name, String::from_utf8_lossy(&bytes).replace('\0', ""))),
            }
        }
        upload.form = Form::typed(typed);
        Ok(upload)
    }

    /// Whether a file was chosen.
    pub fn has_file(&self) -> bool {
        self.too_large || !self.bytes.is_empty() || !self.name.is_empty()
    }

    /// What kind of file it really is, whatever its name claims; `field` is where it was chosen.
    fn media(&self, field: &str) -> Result<&'static str, FieldError> {
        if self.too_large {
            let sentence = Sentence::new("form.file_too_large").with("max", FILE_MAX / 1024 / 1024);
            return Err(FieldError { field: field.to_owned(), sentence });
        }
        if self.bytes.is_empty() {
            return Err(FieldError::new(field, "form.file_missing"));
        }
        media_of(&self.name, &self.bytes).ok_or_else(|| FieldError::new(field, "form.file_kind"))
    }

    /// The title in a field, cleaned, and what kind of file it names; everything that is wrong with both.
    pub fn titled(&self, field: &str, file: &str) -> Result<(String, &'static str), Vec<FieldError>> {
        let title = clean(self.form.text(field));
        let mut errors = Vec::new();
        if title.is_empty() {
            errors.push(FieldError::new(field, "form.title_missing"));
        } else if title.chars().count() > TITLE_MAX {
            let sentence = Sentence::new("form.too_long").with("max", TITLE_MAX);
            errors.push(FieldError { field: field.to_owned(), sentence });
        }
        let media = self.media(file).map_err(|error| errors.push(error));
        match media {
            Ok(media) if errors.is_empty() => Ok((title, media)),
            _ => Err(errors),
        }
    }
}

/// Kinds of files that are taken: first bytes and endings must agree.
pub fn media_of(name: &str, bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&str, &[&str], &[u8]); 3] = [
        ("application/pdf", &["pdf"], b"%PDF-"),
        ("image/jpeg", &["jpg", "jpeg"], b"\xff\xd8\xff"),
        ("image/png", &["png"], b"\x89PNG\r\n\x1a\n"),
    ];
    let ending = name.rsplit('.').next()?.to_lowercase();
    let (media, endings, _) = KINDS.iter().find(|(_, _, magic)| bytes.starts_with(magic))?;
    endings.contains(&ending.as_str()).then_some(*media)
}
