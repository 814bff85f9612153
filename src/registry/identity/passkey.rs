//! Passkeys (WebAuthn): a key in a telephone, computer or token that signs what only this site asked. Rule SIN-13.

use jiff::Timestamp;
use motcua_domain::ledger::sha256;
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    CreationChallengeResponse, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use super::store;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Passkeys of one account at most.
const MOST: usize = 10;
pub const LABEL_MAX: usize = 60;

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: String,
    pub label: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
    credential: String,
}

impl Kept {
    pub(super) fn new(
        id: String,
        label: String,
        credential: String,
        created_at: Timestamp,
        used_at: Option<Timestamp>,
    ) -> Self {
        Self { id, label, credential, created_at, used_at }
    }

    fn passkey(&self) -> Result<Passkey, Failure> {
        Ok(serde_json::from_str(&self.credential)?)
    }
}

/// The site as passkeys know it: bound to the name in its address. An address of numbers has none; on the machine itself
/// they work at `localhost`.
pub fn relying_party(base_url: &str) -> Option<Webauthn> {
    let mut url = Url::parse(base_url).ok()?;
    let here = url.host_str().is_some_and(|host| host.starts_with("127.") || host == "[::1]");
    if here {
        url.set_host(Some("localhost")).ok()?;
    }
    let name = url.domain()?.to_owned();
    if url.scheme() != "https" && name != "localhost" {
        return None;
    }
    WebauthnBuilder::new(&name, &url).ok()?.build().ok()
}

pub fn list(tx: &mut Tx, login: &str) -> Result<Vec<Kept>, Failure> {
    store::passkeys(tx, login)
}

pub fn remove(tx: &mut Tx, login: &str, id: &str) -> Result<(), Failure> {
    if store::remove_passkey(tx, login, id)? { Ok(()) } else { Err(Failure::NotFound) }
}

/// What the browser is asked to make a key with, and what must be kept until it answers.
pub fn ask_for_new(site: &Webauthn, login: &str, name: &str, known: &[Kept]) -> Result<(Value, String), Failure> {
    if known.len() >= MOST {
        return Err(Failure::refused("identity.too_many_passkeys"));
    }
    let known: Vec<Passkey> = known.iter().map(Kept::passkey).collect::<Result<_, _>>()?;
    let known = known.iter().map(|key| key.cred_id().clone()).collect();
    let (asked, state): (CreationChallengeResponse, PasskeyRegistration) = site
        .start_passkey_registration(handle(login), login, name, Some(known))
        .map_err(|error| Failure::fault(anyhow::anyhow!("begin a passkey: {error}")))?;
    Ok((serde_json::to_value(asked)?, serde_json::to_string(&state)?))
}

/// Keeps the key a browser has made. `None`: the answer is not to this question.
pub fn keep(
    tx: &mut Tx,
    ctx: &Ctx,
    site: &Webauthn,
    login: &str,
    label: &str,
    (state, answer): (&str, &str),
    now: Timestamp,
) -> Result<Option<()>, Failure> {
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else { return Ok(None) };
    let state: PasskeyRegistration = serde_json::from_str(state)?;
    let Ok(key) = site.finish_passkey_registration(&answer, &state) else { return Ok(None) };
    let id = ctx.ids.next(now)?;
    store::insert_passkey(tx, &id, login, label, &serde_json::to_string(&key)?, now)?;
    Ok(Some(()))
}

/// What the browser is asked to sign. Who has no key is asked for one nobody has, so that an account is not told apart from
/// one without keys, or from none at all.
pub fn ask(site: &Webauthn, ctx: &Ctx, login: &str, known: &[Kept], salt: &str) -> Result<(Value, String), Failure> {
    if known.is_empty() {
        let id = base64url(&bytes_of(&sha256(format!("passkey/{login}/{salt}").as_bytes())));
        let challenge = base64url(&ctx.ids.bytes::<32>()?);
        let name = site.get_allowed_origins().first().and_then(Url::domain).unwrap_or_default();
        let asked = json!({ "publicKey": { "challenge": challenge, "timeout": 300_000, "rpId": name,
            "allowCredentials": [{ "type": "public-key", "id": id }], "userVerification": "required" } });
        return Ok((asked, String::new()));
    }
    let keys: Vec<Passkey> = known.iter().map(Kept::passkey).collect::<Result<_, _>>()?;
    let (asked, state) = site
        .start_passkey_authentication(&keys)
        .map_err(|error| Failure::fault(anyhow::anyhow!("ask for a passkey: {error}")))?;
    let mut asked = serde_json::to_value(asked)?;
    for key in asked.pointer_mut("/publicKey/allowCredentials").and_then(Value::as_array_mut).into_iter().flatten() {
        // How a key is connected would tell it from one nobody has.
        key.as_object_mut().map(|key| key.remove("transports"));
    }
    Ok((asked, serde_json::to_string(&state)?))
}

/// Whether the answer is signed by one of the account's keys, and each answer counts once.
pub fn check(
    tx: &mut Tx,
    site: &Webauthn,
    login: &str,
    (state, answer): (&str, &str),
    now: Timestamp,
) -> Result<bool, Failure> {
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(false) };
    let Ok(state) = serde_json::from_str::<PasskeyAuthentication>(state) else { return Ok(false) };
    let Ok(result) = site.finish_passkey_authentication(&answer, &state) else { return Ok(false) };
    for kept in list(tx, login)? {
        let mut key = kept.passkey()?;
        if key.update_credential(&result).is_some() {
            store::passkey_used(tx, &kept.id, &serde_json::to_string(&key)?, now)?;
            return Ok(result.user_verified());
        }
    }
    Ok(false)
}

/// What an authenticator knows the account by; it says nothing to anybody else.
fn handle(login: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(bytes_of(&sha256(format!("handle/{login}").as_bytes()))).for_each(|(to, from)| *to = from);
    Uuid::from_bytes(bytes)
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// As browsers write bytes: base64 with `-` and `_`, without padding.
fn base64url(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..=chunk.len() {
            let sign = SIGNS.get((bits >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'-');
            text.push(char::from(sign));
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_site_needs_a_name_for_passkeys_and_the_machine_itself_has_one() {
        // [SIN-13]
        let name = |url| {
            relying_party(url)
                .map(|site| site.get_allowed_origins().first().map(ToString::to_string).unwrap_or_default())
        };
        assert_eq!(name("https://motcua.example").unwrap(), "https://motcua.example/");
        assert_eq!(name("http://127.0.0.1:8080").unwrap(), "http://localhost:8080/");
        assert!(relying_party("http://motcua.example").is_none());
        assert!(relying_party("https://192.0.2.7").is_none());
    }

    #[test]
    fn bytes_are_written_as_browsers_write_them() {
        assert_eq!(base64url(b""), "");
        assert_eq!(base64url(b"f"), "Zg");
        assert_eq!(base64url(b"fo"), "Zm8");
        assert_eq!(base64url(&[0xfb, 0xff, 0xfe]), "-__-");
    }
}
