//! A result that is attached: the file is looked into, whatever its name claims.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use motcua_domain::dossier::{Command, FileRef, ResultPaper};
use motcua_domain::text::clean;

use super::{act, again};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, Req};

/// Most bytes of an attached result.
pub const FILE_MAX: usize = 20 * 1024 * 1024;

/// What came with an upload.
#[derive(Default)]
struct Upload {
    version: String,
    task: String,
    title: String,
    name: String,
    bytes: Vec<u8>,
    too_large: bool,
}

pub(super) async fn attach(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let upload = match multipart {
        Ok(multipart) => read_upload(multipart).await?,
        Err(_) => Upload::default(),
    };
    let form = Form::filled([
        ("result_title", upload.title.clone()),
        ("version", upload.version.clone()),
        ("task", upload.task.clone()),
    ]);
    match result_paper(&upload) {
        Ok((title, media)) => {
            let (blobs, bytes) = (app.blobs.clone(), upload.bytes);
            let size = bytes.len() as i64;
            // The file is on disk before the event that names it.
            let sha256 = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await.map_err(Failure::fault)??;
            let file = FileRef { sha256, name: upload.name, media: media.to_owned(), bytes: size };
            act(&app, &asked, &id, &form, Command::AttachResult(ResultPaper { title, file })).await
        }
        Err(errors) => again(&app, &asked, &id, &form, errors).await,
    }
}

async fn read_upload(mut multipart: Multipart) -> Result<Upload, Failure> {
    let mut upload = Upload::default();
    // An upload that breaks off is told as such: half a file is never kept as a whole one.
    let broken = |_| Failure::refused("form.upload_broken");
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(clean);
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            if bytes.len() + chunk.len() > FILE_MAX {
                upload.too_large = true;
                break;
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "file" => {
                upload.name = file_name.unwrap_or_default();
                upload.bytes = bytes;
            }
            "result_title" => upload.title = clean(&String::from_utf8_lossy(&bytes)),
            "version" => upload.version = String::from_utf8_lossy(&bytes).trim().to_owned(),
            "task" => upload.task = String::from_utf8_lossy(&bytes).trim().to_owned(),
            _ => {}
        }
    }
    Ok(upload)
}

/// Checks the upload and says what kind of file it really is, whatever its name claims.
fn result_paper(upload: &Upload) -> Result<(String, &'static str), Vec<FieldError>> {
    let mut errors = Vec::new();
    if upload.title.is_empty() {
        errors.push(FieldError::new("result_title", "form.title_missing"));
    }
    if upload.title.chars().count() > 300 {
        errors.push(FieldError {
            sentence: Sentence::new("form.too_long").with("max", 300),
            field: "result_title".into(),
        });
    }
    let media = match (upload.too_large, upload.bytes.is_empty()) {
        (true, _) => Err(FieldError {
            field: "file".into(),
            sentence: Sentence::new("form.file_too_large").with("max", FILE_MAX / 1024 / 1024),
        }),
        (_, true) => Err(FieldError::new("file", "form.file_missing")),
        _ => media_of(&upload.name, &upload.bytes).ok_or_else(|| FieldError::new("file", "form.file_kind")),
    };
    match (media, errors.is_empty()) {
        (Ok(media), true) => Ok((upload.title.clone(), media)),
        (media, _) => {
            errors.extend(media.err());
            Err(errors)
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
