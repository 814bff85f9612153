//! A result that is attached: the file is looked into, whatever its name claims.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use motcua_domain::dossier::{Command, FileRef, ResultPaper};

use super::{act, again};
use crate::platform::failure::Failure;
use crate::platform::web::upload::Upload;
use crate::platform::web::{Answer, App, Req};

pub(super) async fn attach(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let upload = Upload::read(multipart).await?;
    let form = upload.form.clone();
    match upload.titled("result_title", "file") {
        Ok((title, media)) => {
            let (blobs, bytes) = (app.blobs.clone(), upload.bytes);
            let size = bytes.len() as i64;
            // The file is on disk before the event that names it.
            let sha256 = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await.map_err(Failure::fault)??;
            let file = FileRef { sha256, name: upload.name, media: media.to_owned(), bytes: size };
            let paper = ResultPaper { title, file, person: String::new() };
            act(&app, &asked, &id, &form, Command::AttachResult(paper)).await
        }
        Err(errors) => again(&app, &asked, &id, &form, errors).await,
    }
}
