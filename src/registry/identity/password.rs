//! Passwords: slow hashes, and which ones are taken.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use motcua_domain::text::fold;

use super::{passkey, second_factor, store};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::workshop::Workshop;

/// Where passwords are hashed, two at the same time: each hash fills 19 MiB.
static SHOP: LazyLock<Workshop> = LazyLock::new(|| Workshop::open("passwords", 2));

/// Hashes a password; slow on purpose.
pub fn hash_password(password: &str) -> Result<String, Failure> {
    let password = password.to_owned();
    let hash = SHOP.give(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))?;
    hash.map_err(|error| Failure::fault(anyhow::anyhow!("hash a password: {error}")))
}

fn fits(password: &str, hash: &str) -> Result<bool, Failure> {
    let (password, hash) = (password.to_owned(), hash.to_owned());
    SHOP.give(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
}

/// The hash to check a password against outside a transaction, since checking is slow. An unknown login costs as much as a
/// known one, and both look alike.
pub fn stored_hash(tx: &mut Tx, login: &str) -> Result<Option<String>, Failure> {
    store::active_hash(tx, login)
}

/// Whether the password fits; also spends the time when there is no account.
pub fn check_password(password: &str, hash: Option<&str>, decoy: &str) -> Result<bool, Failure> {
    let fits = fits(password, hash.unwrap_or(decoy))?;
    Ok(fits && hash.is_some())
}

/// Why a new password is not taken. [SIN-05]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    Short,
    Long,
    Obvious,
}

pub const SHORTEST: usize = 12;
pub const LONGEST: usize = 200;

/// Parts that guessing begins with, and that a password may hold only beside as much again of its own.
const OBVIOUS: [&str; 9] =
    ["password", "matkhau", "mat khau", "123456", "qwerty", "motcua", "mot cua", "111111", "000000"];

/// Whether a new password is taken: long, and not made of what everybody knows. Its signs are free. [SIN-05]
pub fn fit(password: &str, login: &str, site: &str) -> Result<(), Unfit> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Unfit::Short);
    }
    if length > LONGEST {
        return Err(Unfit::Long);
    }
    let plain = fold(password);
    let known = OBVIOUS.iter().copied().chain([login, site]).map(fold);
    let mut own = plain.clone();
    for word in known.filter(|word| word.chars().count() > 2) {
        own = own.replace(&word, "");
    }
    let mut signs: Vec<char> = own.chars().collect();
    signs.sort_unstable();
    signs.dedup();
    // What is left must be half a password, and of more than a few signs.
    if own.chars().count() < SHORTEST / 2 || signs.len() < 5 { Err(Unfit::Obvious) } else { Ok(()) }
}

/// Puts another password in place.
pub fn change_password(tx: &mut Tx, login: &str, hash: &str) -> Result<(), Failure> {
    store::set_hash(tx, login, hash)
}

/// Opens an account with a password its owner changes; for an operator. [SIN-14]
pub fn reset_password(tx: &mut Tx, login: &str, hash: &str) -> Result<(), Failure> {
    store::open_account(tx, login, hash)
}

/// Nobody enters by this account any more. [SIN-14]
pub fn close_account(tx: &mut Tx, login: &str) -> Result<(), Failure> {
    store::close_account(tx, login)
}

/// Takes codes and passkeys from an account. [SIN-14]
pub fn forget_factors(tx: &mut Tx, login: &str) -> Result<(), Failure> {
    second_factor::remove(tx, login)?;
    passkey::list(tx, login)?.iter().try_for_each(|key| passkey::remove(tx, login, &key.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_none_that_everybody_knows() {
        // [SIN-05]
        assert_eq!(fit("ngắn", "motcua1", "pac-nam"), Err(Unfit::Short));
        assert_eq!(fit(&"dài ".repeat(60), "motcua1", "pac-nam"), Err(Unfit::Long));
        for known in ["Mật khẩu 123456", "motcua1motcua1", "aaaaaaaaaaaaaaaa", "tuphap.truong1"] {
            assert_eq!(fit(known, "tuphap.truong", "pac-nam"), Err(Unfit::Obvious), "{known}");
        }
        for good in ["ruộng bậc thang 7", "correct horse battery", "Xk29!mqPa0zz"] {
            assert_eq!(fit(good, "tuphap.truong", "pac-nam"), Ok(()), "{good}");
        }
    }
}
