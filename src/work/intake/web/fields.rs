//! Between the fields of the form and what is typed: names as in the sentences beside them (`papers.0.originals`).

use motcua_domain::dossier::{FeeWay, Particulars, Person, ReturnVia};
use motcua_domain::identity::{Card, Sex};
use motcua_domain::procedure::{Channel, Fee, Version};

use crate::platform::failure::FieldError;
use crate::platform::web::form::Form;
use crate::work::intake::particulars::PaperInput;
use crate::work::intake::{ParticularsInput, PersonInput};

/// Rows for papers that the procedure does not name.
pub(super) const FREE_ROWS: usize = 3;

/// Reads the whole form; numbers that are none get a sentence beside them.
pub(super) fn read(form: &Form) -> (ParticularsInput, Vec<FieldError>) {
    let mut errors = Vec::new();
    let papers = (0..paper_rows(form))
        .map(|at| {
            let count = |kind: &str, errors: &mut Vec<FieldError>| {
                let before = errors.len();
                let count = number(form, &format!("papers.{at}.{kind}"), 0, "intake.paper_count", errors);
                // At the top of the page the sentence must say which of many rows it means.
                errors
                    .iter_mut()
                    .skip(before)
                    .for_each(|error| error.sentence = error.sentence.clone().with("row", at + 1));
                count
            };
            PaperInput {
                name: form.text(&format!("papers.{at}.name")).to_owned(),
                originals: count("originals", &mut errors),
                certified: count("certified", &mut errors),
                copies: count("copies", &mut errors),
                pages: count("pages", &mut errors),
                certify: count("certify", &mut errors),
            }
        })
        // The checklist shows every paper of the procedure; on the receipt stands what was handed in.
        .map(|paper| {
            let counts = [paper.originals, paper.certified, paper.copies, paper.pages, paper.certify];
            if counts.iter().all(|count| *count == 0) { PaperInput::default() } else { paper }
        })
        .collect();
    let acting = acts_for_another(form).then(|| person(form, "acting"));
    let amount: String = form.text("fee_amount").chars().filter(|c| !matches!(c, '.' | ' ' | ',')).collect();
    let fee_amount = if amount.is_empty() { Some(0) } else { amount.parse().ok() };
    if fee_amount.is_none() {
        errors.push(FieldError::new("fee_amount", "intake.fee_number"));
    }
    let input = ParticularsInput {
        applicant: person(form, "applicant"),
        acting,
        authority: form.text("authority").to_owned(),
        papers,
        sets: number(form, "sets", 1, "intake.sets_range", &mut errors),
        fee_way: form.text("fee_way").to_owned(),
        fee_amount: fee_amount.unwrap_or_default(),
        return_via: form.text("return_via").to_owned(),
        note: form.text("note").to_owned(),
    };
    (input, errors)
}

/// Whatever was typed about somebody who acts for the applicant means that there is somebody.
pub(super) fn acts_for_another(form: &Form) -> bool {
    let about = |name: &str| name == "authority" || name.starts_with("acting.");
    form.pairs().iter().any(|(name, value)| about(name) && !value.trim().is_empty())
}

/// Puts mistakes in the order of the fields on the page.
pub(super) fn in_order(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    const ORDER: [&str; 14] = [
        "",
        "reason",
        "scan",
        "applicant",
        "authority",
        "acting",
        "papers",
        "place",
        "case",
        "channel",
        "fee_way",
        "fee_amount",
        "sets",
        "return_via",
    ];
    errors.sort_by_key(|error| {
        let group = error.field.split('.').next().unwrap_or_default();
        ORDER.iter().position(|name| *name == group).unwrap_or(ORDER.len())
    });
    errors
}

/// The field to type in next: the first wrong one, else `otherwise`.
pub(super) fn focus(errors: &[FieldError], otherwise: &str) -> String {
    errors.iter().map(|error| error.field.as_str()).find(|field| !field.is_empty()).unwrap_or(otherwise).to_owned()
}

pub(super) fn person(form: &Form, who: &str) -> PersonInput {
    let field = |name: &str| form.text(&format!("{who}.{name}")).to_owned();
    PersonInput {
        name: field("name"),
        id_number: field("id_number"),
        phone: field("phone"),
        email: field("email"),
        address: field("address"),
        born_on: field("born_on"),
        sex: field("sex"),
    }
}

fn number(form: &Form, name: &str, empty: u32, key: &str, errors: &mut Vec<FieldError>) -> u32 {
    let typed = form.text(name);
    if typed.is_empty() {
        return empty;
    }
    typed.parse().unwrap_or_else(|_| {
        errors.push(FieldError::new(name, key));
        empty
    })
}

/// How many rows of papers the form has.
pub(super) fn paper_rows(form: &Form) -> usize {
    let rows =
        form.pairs().iter().filter_map(|(name, _)| name.strip_prefix("papers.")?.split('.').next()?.parse().ok());
    rows.max().map_or(0, |last: usize| last.min(200) + 1)
}

/// A form that was not touched yet: the checklist and the fee of the procedure.
pub(super) fn blank(version: &Version) -> Form {
    let mut form = Form::default();
    let mut set = |name: &str, value: String| form.set(name, value);
    for (at, paper) in version.papers.iter().enumerate() {
        set(&format!("papers.{at}.name"), paper.name.clone());
        // A paper for one case only is counted by the officer, who knows the case.
        let asked = |number: u32| if paper.case.is_empty() { count(number) } else { String::new() };
        set(&format!("papers.{at}.originals"), asked(paper.originals));
        set(&format!("papers.{at}.copies"), asked(paper.copies));
    }
    for free in 0..FREE_ROWS {
        set(&format!("papers.{}.name", version.papers.len() + free), String::new());
    }
    set("sets", version.sets.unwrap_or(1).to_string());
    set("channel", "direct".into());
    set("return_via", "counter".into());
    set("case", "0".into());
    let fees: Vec<&Fee> = version.fees.iter().map(|case| &case.fee).collect();
    let (way, amount) = match fees.as_slice() {
        [] | [Fee::Free] => ("no_fee", String::new()),
        [Fee::Amount { amount, by_page: None, .. }] => ("before", amount.to_string()),
        // What is counted by the page, which of several fees holds, or what the province has set, the officer says.
        _ => ("before", String::new()),
    };
    set("fee_way", way.into());
    set("fee_amount", amount);
    form
}

/// The form of a receipt that was given, for correcting it.
pub(super) fn of_particulars(particulars: &Particulars) -> Form {
    let mut form = Form::default();
    fill(&mut form, "applicant", &particulars.applicant);
    let mut set = |name: &str, value: String| form.set(name, value);
    for (at, paper) in particulars.papers.iter().enumerate() {
        set(&format!("papers.{at}.name"), paper.name.clone());
        set(&format!("papers.{at}.originals"), count(paper.originals));
        set(&format!("papers.{at}.certified"), count(paper.certified));
        set(&format!("papers.{at}.copies"), count(paper.copies));
        let certify = paper.certify.map(|certify| (certify.pages, certify.copies)).unwrap_or_default();
        set(&format!("papers.{at}.pages"), count(certify.0));
        set(&format!("papers.{at}.certify"), count(certify.1));
    }
    for free in 0..FREE_ROWS {
        set(&format!("papers.{}.name", particulars.papers.len() + free), String::new());
    }
    set("sets", particulars.sets.to_string());
    set("note", particulars.note.clone());
    let fee_way = match particulars.fee.way {
        FeeWay::Before => "before",
        FeeWay::After => "after",
        FeeWay::NoFee => "no_fee",
        FeeWay::Exempt => "exempt",
    };
    set("fee_way", fee_way.into());
    set("fee_amount", if particulars.fee.amount > 0 { particulars.fee.amount.to_string() } else { String::new() });
    let return_via = match particulars.return_via {
        ReturnVia::Counter => "counter",
        ReturnVia::Post => "post",
        ReturnVia::Online => "online",
    };
    set("return_via", return_via.into());
    if let Some(acting) = &particulars.acting {
        set("authority", acting.authority.clone());
        fill(&mut form, "acting", &acting.person);
    }
    form
}

fn fill(form: &mut Form, who: &str, person: &Person) {
    let id_number = person.id_number.as_ref().map_or("", |number| number.as_str()).to_owned();
    let born_on = person.born_on.map_or_else(String::new, |born| born.strftime("%d/%m/%Y").to_string());
    for (name, value) in [
        ("name", person.name.clone()),
        ("id_number", id_number),
        ("phone", person.phone.clone().unwrap_or_default()),
        ("email", person.email.clone()),
        ("address", person.address.clone()),
        ("born_on", born_on),
        ("sex", sex(person.sex).to_owned()),
    ] {
        form.set(&format!("{who}.{name}"), value);
    }
}

/// Puts what a scanner read into the fields of the applicant, or of whoever acts for them.
pub(super) fn take_card(form: &mut Form, who: &str, card: Card) {
    let person = Person {
        name: card.name,
        id_number: Some(card.id_number),
        address: card.address,
        born_on: card.born_on,
        sex: card.sex,
        phone: Some(form.text(&format!("{who}.phone")).to_owned()),
        email: form.text(&format!("{who}.email")).to_owned(),
    };
    fill(form, who, &person);
    form.set("scan", String::new());
}

fn sex(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::Female) => "female",
        Some(Sex::Male) => "male",
        None => "",
    }
}

fn count(count: u32) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

/// How it came in; `None` for a value that the form does not offer.
pub(super) fn channel(form: &Form) -> Option<Channel> {
    match form.text("channel") {
        "" | "direct" => Some(Channel::Direct),
        "post" => Some(Channel::Post),
        "online" => Some(Channel::Online),
        _ => None,
    }
}
