//! What a site pack holds, as plain rows. Every row is dated; what was not read in a source is marked unverified.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use motcua_domain::calendar::{DayRow, HoursRow};
use motcua_domain::deadline::PromiseTime;
use motcua_domain::exam::Example;
use motcua_domain::identity::Role;
use motcua_domain::monitor::Limits;
use motcua_domain::procedure::{Step, Tier};
use serde::{Deserialize, Serialize};

/// A text in the languages of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub vi: String,
    pub en: String,
}

/// `site.toml`: what holds for the whole site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub id: String,
    pub name: Text,
    pub timezone: String,
    /// `vi` or `en`.
    pub default_locale: String,
    /// Id of the agency the site belongs to (agencies.csv).
    pub main_agency: String,
    /// Code of its place (places.csv).
    pub main_place: String,
    /// Shown on every page; says that a demonstration is one. May be empty in both languages.
    pub banner: Text,
    pub demonstration: bool,
    /// Password of every demonstration sign-in; only allowed where `demonstration = true`.
    pub demo_password: Option<String>,
    pub law: Vec<Law>,
    pub code: Vec<CodePattern>,
    pub tracking: Tracking,
    pub thresholds: Thresholds,
    #[serde(default)]
    pub clock: ClockPolicy,
    #[serde(default)]
    pub sign_in: SignIn,
    /// From when on something is unusual. [MON-09]
    #[serde(default)]
    pub monitor: Limits,
    /// Places as they lie to one another: rows of codes between spaces, a dot for a gap. [OVW-13]
    #[serde(default)]
    pub map: Vec<String>,
    #[serde(default)]
    pub readings: Readings,
    #[serde(default)]
    pub open: Open,
    pub simulation: Option<Simulation>,
}

/// Which law and which set of forms hold for a dossier received in this period (law.md §0).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Law {
    pub id: String,
    pub from: Date,
    pub to: Option<Date>,
    /// The decree as it is cited on paper: `Nghị định số 61/2018/NĐ-CP`.
    pub one_stop_decree: String,
    /// Letters are `<kind>.<form_set>.typ`: `tt01-2018`, `tt03-2025`.
    pub form_set: String,
    /// What a complete supplement does to the clock: `restart` or `pause`.
    pub supplement: String,
    /// A dossier received after this hour may be handed to the next office at the start of the next working day.
    pub transfer_cutoff: Time,
    /// Working days from receipt within which a supplement may be asked for (NĐ 61/2018 Art. 19.4).
    #[serde(default = "Law::within_days")]
    pub supplement_within_days: u32,
    /// How often the promised date may be put off (NĐ 61/2018 Art. 19.9).
    #[serde(default = "Law::extensions")]
    pub extensions_max: u32,
    /// Working days before the due date by which the apology must be out; later ones are marked late.
    #[serde(default = "Law::days_before")]
    pub extension_days_before: u32,
    pub verified: bool,
    pub source: String,
    pub note: String,
}

/// What holds where a pack does not say otherwise, and in registries written before these were asked for.
impl Law {
    pub(in crate::registry) fn within_days() -> u32 {
        3
    }

    pub(in crate::registry) fn extensions() -> u32 {
        1
    }

    pub(in crate::registry) fn days_before() -> u32 {
        1
    }
}

/// How dossier numbers look from a day on: `{agency}-{yymmdd}-{serial:4}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodePattern {
    pub pattern: String,
    pub valid_from: Date,
    pub verified: bool,
    pub source: String,
}

/// What the public is told about following a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// Address printed on receipts in words; empty: the address the server runs at.
    pub url: String,
    pub hotline: String,
}

/// What a site decides about its promised dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockPolicy {
    /// The moment of the last day: closing time, or the hour of receipt. [CLK-10]
    pub promise: PromiseTime,
}

/// How long somebody stays signed in, and whose sign-in needs more than a password. [SIN-02] [SIN-09]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Minutes without a request after which a session is over.
    pub idle_minutes: u32,
    /// Hours after which it is over in any case.
    pub hours: u32,
    /// Roles whose holders need a second factor: `leader`, `administrator`.
    pub second_factor: Vec<Role>,
}

impl Default for SignIn {
    fn default() -> Self {
        Self { idle_minutes: 480, hours: 12, second_factor: Vec::new() }
    }
}

/// From when on reading is unusual. [AUD-07]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readings {
    /// Dossiers opened on a day that are many, where they are also `many_times` as many as usual.
    pub many: u32,
    pub many_times: u32,
    /// Times within `one_person_days` that dossiers of one applicant were opened which lay elsewhere.
    pub one_person: u32,
    pub one_person_days: u32,
    /// Minutes before the first and after the last working hour that still belong to it.
    pub margin_minutes: u32,
}

impl Default for Readings {
    fn default() -> Self {
        Self { many: 40, many_times: 3, one_person: 6, one_person_days: 7, margin_minutes: 60 }
    }
}

/// What is said about the data at `/open`. [OPN-01]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Name and address of the licence.
    pub licence: Text,
    pub licence_url: String,
    /// Fewest dossiers of which a line of its own is published. [OPN-04]
    pub smallest: u32,
}

impl Default for Open {
    fn default() -> Self {
        let name = "Creative Commons Attribution 4.0 International (CC BY 4.0)";
        let licence = Text { vi: "Creative Commons Ghi công 4.0 Quốc tế (CC BY 4.0)".into(), en: name.into() };
        Self { licence, licence_url: "https://creativecommons.org/licenses/by/4.0/".into(), smallest: 5 }
    }
}

/// When the work list begins to warn, and who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// A dossier is "due soon" when fewer working hours than this are left.
    pub due_soon_hours: u32,
    /// Days within which the same person and procedure count as a possible duplicate, for closed dossiers.
    pub duplicate_days: u32,
    /// Days for which a link to an agency outside is good. [LNK-02]
    #[serde(default = "Thresholds::link")]
    pub link_days: u32,
    /// A step is "due soon" when fewer working hours than this are left of its own; 0: only the dossier as a whole warns.
    #[serde(default = "Thresholds::step_soon")]
    pub step_soon_hours: u32,
    /// Working hours after a step or a dossier became late until the head of the office is told; the officer is told at once.
    #[serde(default = "Thresholds::head_after")]
    pub head_after_hours: u32,
    /// Working hours after it became late until the leader is told.
    #[serde(default = "Thresholds::leader_after")]
    pub leader_after_hours: u32,
}

impl Thresholds {
    pub(super) fn link() -> u32 {
        30
    }

    pub(super) fn step_soon() -> u32 {
        2
    }

    pub(super) fn head_after() -> u32 {
        8
    }

    pub(super) fn leader_after() -> u32 {
        16
    }
}

/// What `motcua simulate` plays: the figures of the place and how they are spread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulation {
    pub from: Date,
    pub to: Date,
    pub dossiers: u32,
    /// Level-3 online dossiers at the district, within `dossiers`.
    pub online_district: u32,
    /// Level-3 online dossiers in the communes, within `dossiers`.
    pub online_communes: u32,
    /// Agency id → relative weight of its share of the dossiers.
    pub share: BTreeMap<String, u32>,
    /// Relative weight of a procedure within its tier by key; procedures not named weigh 1.
    pub procedures: BTreeMap<String, u32>,
    pub verified: bool,
    pub source: String,
}

/// An administrative unit; its code is only unique together with the day it began (places.md §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub code: String,
    /// `province`, `district` or `commune`.
    pub kind: Tier,
    pub name: String,
    /// Code of the unit above, valid on `valid_from`.
    pub parent: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: String,
}

/// A body that receives or works on dossiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    pub id: String,
    pub name: String,
    pub short_name: String,
    pub kind: AgencyKind,
    pub tier: Tier,
    /// Place code, valid on `valid_from`.
    pub place: String,
    /// First part of its dossier numbers; `None` for agencies that number nothing here.
    pub identifier: Option<String>,
    pub identifier_verified: bool,
    pub address: String,
    pub phone: String,
    pub website: String,
    /// Letters that stand for it in the numbers of its letters: "UBND". May be empty. [LET-02]
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub symbol: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgencyKind {
    /// A People's Committee with a one-stop of its own.
    Committee,
    /// A vertical agency that has not joined the one-stop (police, forest rangers…).
    Outside,
}

/// A room or a desk of an agency (phòng ⊂ cơ quan).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub agency: String,
    /// Unique within its agency; routes name offices by this key.
    pub key: String,
    pub name: String,
    pub kind: OfficeKind,
    /// `false`: no room of its own, dossiers are taken at the specialist's desk.
    pub own_room: bool,
    pub location: String,
    /// Where a referral with its link is sent; empty: on paper.
    #[serde(default)]
    pub email: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    OneStop,
    Work,
    Leaders,
    Outside,
}

/// A day off, a swapped day or a make-up day of one agency, or of all (`agency == "*"`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub agency: String,
    pub row: DayRow,
    pub verified: bool,
    pub source: String,
}

/// A sign-in. Names are names of positions: a pack never holds invented persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    pub login: String,
    pub name: String,
    pub agency: String,
    /// Printed by `motcua demo`: one sign-in for each role.
    pub demo: bool,
}

/// In which office somebody holds which role, and when. One person may hold several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub login: String,
    pub agency: String,
    /// Key of the office within the agency.
    pub office: String,
    /// One of [`ROLES`].
    pub role: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    /// As printed under a letter: "Trưởng phòng". May be empty. [LET-05]
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub position: String,
    /// For whom or in whose place, printed over the position: "TM. Ủy ban nhân dân / KT. Chủ tịch"; each part is a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authority: String,
}

/// What people may be here.
pub const ROLES: [&str; 6] = ["one_stop_officer", "specialist", "office_head", "leader", "administrator", "auditor"];

/// A named chain of steps; office keys are relative to the agency that receives the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub id: String,
    pub title: String,
    pub steps: Vec<Step>,
}

/// A procedure the site is competent for, at one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Key of the catalogue; in the file it may be empty for procedures without a national code.
    pub key: String,
    pub name: String,
    pub tier: Tier,
    /// The tier whose one-stop takes it in; some procedures are only received here and decided above.
    pub receiving: Tier,
    /// [`ONE_STOP`], or the id of the agency outside that decides it.
    pub handled_by: String,
    /// Online level of 2018: 3 or 4.
    pub online_level: Option<u8>,
    /// Id of the route; `None` where an agency outside handles it and the one-stop does not take it in for them.
    pub route: Option<String>,
    /// Key of the office that works on it, within the receiving agency.
    pub office: Option<String>,
    /// Whether the assignment was read in a published list.
    pub verified: bool,
    /// Why it is assigned here.
    pub basis: String,
    pub source: String,
    /// One of [`LIFE_EVENTS`]: groups procedures as people look for them.
    pub life_event: Option<String>,
}

/// What stands in `handled_by` where the site's own offices decide.
pub const ONE_STOP: &str = "one-stop";

/// What happens in a life and sends people to an office; named in the locale files as `life_event.<key>`.
pub const LIFE_EVENTS: [&str; 12] = [
    "birth",
    "marriage",
    "death",
    "children",
    "business",
    "building",
    "land",
    "study",
    "support",
    "papers",
    "residence",
    "vehicle",
];

/// A value the catalogue file does not have in usable form, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub key: String,
    /// `limit`, `cutoff`, `fee`, `sets`, `papers` or `channels`.
    pub part: String,
    /// Already checked; [`super::OverrideValue::parse`] reads it.
    pub value: String,
    pub source: String,
    pub verified: bool,
}

/// A worked example and the procedure it belongs to. A version that fails one is not published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureExample {
    /// Key of the procedure.
    pub procedure: String,
    pub tier: Tier,
    #[serde(flatten)]
    pub example: Example,
}

impl Pack {
    /// Committees whose letters name no telephone: they have none, and neither has the site.
    pub fn without_telephone(&self) -> impl Iterator<Item = &Agency> {
        let hotline = !self.site.tracking.hotline.is_empty();
        self.agencies
            .iter()
            .filter(move |agency| !hotline && agency.kind == AgencyKind::Committee && agency.phone.is_empty())
    }
}

/// Everything a site needs before anybody comes. Made by [`super::read`] alone, which checks all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    pub site: Site,
    pub places: Vec<Place>,
    pub agencies: Vec<Agency>,
    pub offices: Vec<Office>,
    /// Agency id or `*`, and the row.
    pub hours: Vec<(String, HoursRow)>,
    pub days: Vec<Day>,
    pub staff: Vec<Staff>,
    pub postings: Vec<Posting>,
    pub routes: Vec<Route>,
    pub scope: Vec<Scope>,
    pub overrides: Vec<Override>,
    pub examples: Vec<ProcedureExample>,
    pub competence: Vec<super::Competence>,
    pub receptions: Vec<super::Reception>,
    /// The catalogue file of the pack, as it is; `motcua catalogue import` reads the same notation.
    pub procedures_csv: String,
}
