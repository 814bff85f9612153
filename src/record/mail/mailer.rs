//! The ways a mail leaves: over SMTP, or into a folder for demonstrations and tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use lettre::message::{Mailbox, header::ContentType};
use lettre::{Message, SmtpTransport, Transport as _};

use super::Mail;
use crate::platform::web::form::percent;

/// Hands a mail over to whoever carries it. Takes time: not on a thread that answers others.
pub trait Mailer: Send + Sync {
    fn send(&self, mail: &Mail) -> Result<(), NotSent>;

    /// Whether a mail could leave now, or why not.
    fn reach(&self) -> Result<(), String>;
}

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSent {
    /// In the words of the other side.
    pub because: String,
    /// Trying again is no use: the address is none.
    pub for_good: bool,
    /// No mail would go out now: nobody answers there.
    pub way_blocked: bool,
}

impl NotSent {
    fn for_good(because: impl ToString) -> Self {
        Self { because: because.to_string(), for_good: true, way_blocked: false }
    }
}

/// A mail server. One connection a mail: there are few of them.
pub struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Longest wait for the mail server; shorter than the first pause between tries, so that no try overtakes another.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

impl Smtp {
    /// `smtp://host:port` in clear, `smtp://host:port?tls=required` or `smtps://host` encrypted; `user@` before the host
    /// signs in with the password. Says what is wrong with an address that is none.
    pub fn new(url: &str, password: Option<&str>, from: &str) -> anyhow::Result<Self> {
        let whole = match password {
            Some(password) => with_password(url, password)?,
            None => url.to_owned(),
        };
        // The error would repeat the address, and with it the password.
        let builder = SmtpTransport::from_url(&whole).ok().with_context(|| format!("{url} is no mail server"))?;
        Ok(Self { transport: builder.timeout(Some(ANSWER_WITHIN)).build(), from: mailbox(from)? })
    }
}

impl Mailer for Smtp {
    fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        let message = message(&self.from, mail).map_err(NotSent::for_good)?;
        self.transport.send(&message).map(drop).map_err(|error| NotSent {
            for_good: error.is_permanent(),
            // It was no answer about this mail: nobody spoke at all.
            way_blocked: error.status().is_none(),
            because: error.to_string(),
        })
    }

    fn reach(&self) -> Result<(), String> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err("it does not answer as a mail server does".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A folder: each mail becomes a file that mail programs open.
pub struct Folder {
    folder: PathBuf,
    from: Mailbox,
}

impl Folder {
    pub fn new(folder: &Path, from: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("create the folder {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), from: mailbox(from)? })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let draft = self.folder.join(format!("{name}.part"));
        fs::write(&draft, bytes)?;
        fs::rename(draft, self.folder.join(format!("{name}.eml")))
    }
}

impl Mailer for Folder {
    fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        let message = message(&self.from, mail).map_err(NotSent::for_good)?;
        self.write(&mail.id, &message.formatted()).map_err(|error| NotSent {
            because: error.to_string(),
            for_good: false,
            way_blocked: true,
        })
    }

    fn reach(&self) -> Result<(), String> {
        fs::metadata(&self.folder).map(drop).map_err(|error| error.to_string())
    }
}

fn mailbox(address: &str) -> anyhow::Result<Mailbox> {
    address.parse().with_context(|| format!("{address} is no mail address"))
}

fn message(from: &Mailbox, mail: &Mail) -> anyhow::Result<Message> {
    let message = Message::builder()
        .from(from.clone())
        .to(mailbox(&mail.to)?)
        .subject(&mail.subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(mail.made_at.as_second().unsigned_abs()))
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .header(ContentType::TEXT_PLAIN);
    Ok(message.body(mail.body.clone())?)
}

/// Puts the password behind the user's name: `smtps://user@host` → `smtps://user:…@host`.
fn with_password(url: &str, password: &str) -> anyhow::Result<String> {
    let Some((scheme, (user, host))) = url.split_once("://").and_then(|(s, rest)| Some((s, rest.rsplit_once('@')?)))
    else {
        bail!("a password needs a user: smtps://user@host");
    };
    if user.contains(':') {
        bail!("the password stands in the file, not in the address");
    }
    Ok(format!("{scheme}://{user}:{}@{host}", percent(password).replace('+', "%20")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_behind_its_user_whatever_it_holds() {
        let url = with_password("smtps://mot-cua@mail.example:465", "a b@c:d/ế").unwrap();
        assert_eq!(url, "smtps://mot-cua:a%20b%40c%3Ad%2F%E1%BA%BF@mail.example:465");
        assert!(with_password("smtps://mail.example", "x").is_err());
        assert!(with_password("smtps://u:p@mail.example", "x").is_err());
    }

    #[test]
    fn what_is_no_server_or_no_address_is_told_without_the_password() {
        let told = |url, from| Smtp::new(url, Some("hunter2"), from).err().map(|error| error.to_string()).unwrap();
        assert!(!told("ftp://u@mail.example", "a@b.vn").contains("hunter2"));
        assert_eq!(told("smtps://u@mail.example", "một cửa"), "một cửa is no mail address");
        assert!(Smtp::new("smtp://127.0.0.1:2525", None, "Một Cửa <mot-cua@b.vn>").is_ok());
    }

    #[test]
    fn a_mail_keeps_its_accents_and_its_own_moment() {
        let mail = Mail {
            id: "01CBX".into(),
            to: "cong-an@b.vn".into(),
            subject: "Phiếu chuyển hồ sơ".into(),
            body: "Kính gửi".into(),
            made_at: "2018-05-04T08:00:00Z".parse().unwrap(),
        };
        let text = String::from_utf8(message(&mailbox("mot-cua@b.vn").unwrap(), &mail).unwrap().formatted()).unwrap();
        assert!(text.contains("Message-ID: <01CBX@b.vn>") && text.contains("04 May 2018 08:00:00"), "{text}");
        assert!(text.contains("charset=utf-8"), "{text}");
    }
}
