//! The packs that come with the program are whole; a broken pack tells everything at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use motcua_domain::catalogue::{Header, RowOutcome, read_row};
use motcua_domain::procedure::{ByPage, Fee, FeeCase, Limit, LimitKind, StepKind, Tier, Version};

use super::*;

mod examples;
mod letters;
mod routes;

fn built_in(name: &'static str) -> Pack {
    read(&Source::Embedded(name)).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    })
}

/// A copy of the 2025 pack in a folder of this test, to be broken by hand.
struct Broken {
    folder: PathBuf,
}

impl Broken {
    fn new(test: &str) -> Broken {
        let folder = std::env::temp_dir().join(format!("motcua-pack-{}-{test}", std::process::id()));
        let original = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds/thai-nguyen-2025");
        for part in ["", "examples"] {
            fs::create_dir_all(folder.join(part)).unwrap();
            let files = fs::read_dir(original.join(part)).unwrap().map(|entry| entry.unwrap().path());
            for file in files.filter(|file| file.is_file()) {
                fs::copy(&file, folder.join(part).join(file.file_name().unwrap())).unwrap();
            }
        }
        Broken { folder }
    }

    /// Replaces text that must occur in the file.
    fn replace(self, file: &str, from: &str, to: &str) -> Broken {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not contain {from}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        self
    }

    fn append(self, file: &str, rows: &str) -> Broken {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, format!("{text}{rows}\n")).unwrap();
        self
    }

    fn remove(self, file: &str) -> Broken {
        fs::remove_file(self.folder.join(file)).unwrap();
        self
    }

    /// The number of the first line of a file that contains a text.
    fn line(&self, file: &str, text: &str) -> u64 {
        let content = fs::read_to_string(self.folder.join(file)).unwrap();
        content.lines().position(|line| line.contains(text)).unwrap() as u64 + 1
    }

    fn read(&self) -> Result<Pack, Vec<Fault>> {
        read(&Source::Folder(self.folder.clone()))
    }

    fn faults(&self) -> Vec<String> {
        self.read().expect_err("the pack should be refused").iter().map(ToString::to_string).collect()
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn the_program_comes_with_two_packs() {
    assert_eq!(embedded("pac-nam-2018"), Some(Source::Embedded("pac-nam-2018")));
    assert_eq!(embedded("pac-nam"), None);
    assert_eq!(embedded_names(), ["pac-nam-2018", "thai-nguyen-2025"]);
}

#[test]
fn the_district_of_2018_has_its_offices_and_communes() {
    let pack = built_in("pac-nam-2018");
    let kinds = |tier| pack.places.iter().filter(|place| place.kind == tier).count();
    assert_eq!((kinds(Tier::Province), kinds(Tier::District), kinds(Tier::Commune)), (1, 1, 10));
    let outside: Vec<_> = pack
        .agencies
        .iter()
        .filter(|agency| agency.kind == AgencyKind::Outside)
        .map(|agency| agency.id.as_str())
        .collect();
    let not_yet_joined = ["police", "forest-rangers", "veterinary", "land-registry"];
    assert_eq!(outside, [&not_yet_joined[..], &["tax", "social-insurance"]].concat());
    let work =
        pack.offices.iter().filter(|office| office.agency == "pacnam" && office.kind == OfficeKind::Work).count();
    assert_eq!(work, 13);
    let reception: Vec<_> = pack.offices.iter().filter(|office| office.kind == OfficeKind::OneStop).collect();
    assert_eq!(reception.len(), 11);
    assert!(reception.iter().all(|office| office.own_room == (office.agency == "pacnam")));
}

#[test]
fn the_district_has_the_numbers_of_procedures_it_reported() {
    let pack = built_in("pac-nam-2018");
    let district: Vec<_> = pack.scope.iter().filter(|scope| scope.tier == Tier::District).collect();
    let handled = |by: &str| district.iter().filter(|scope| scope.handled_by == by).count();
    let level = |level| district.iter().filter(|scope| scope.online_level == level).count();
    assert_eq!(district.len(), 265);
    assert_eq!(handled("one-stop"), 208);
    let outside = ["police", "forest-rangers", "veterinary", "land-registry"].map(handled);
    assert_eq!(outside.iter().sum::<usize>(), 57);
    assert!(outside.iter().all(|count| *count > 0));
    assert_eq!((level(Some(3)), level(Some(4)), level(None)), (194, 49, 22));
    let commune = pack.scope.iter().filter(|scope| scope.tier == Tier::Commune).count();
    assert!((110..=140).contains(&commune), "{commune}");
    assert!(pack.scope.iter().all(|scope| !scope.verified), "the list of 2018 was never published");
}

#[test]
fn a_procedure_without_a_national_code_is_known_by_a_key_made_from_its_name() {
    let pack = built_in("pac-nam-2018");
    let scope = pack.scope.iter().find(|scope| scope.name == "Giải quyết tố cáo tại cấp huyện").unwrap();
    assert!(scope.key.starts_with("x-giai-quyet-to-cao-tai-cap-huyen-"), "{}", scope.key);
    assert!(pack.scope.iter().all(|scope| !scope.key.is_empty()));
}

#[test]
fn the_district_route_passes_two_offices_and_a_leader() {
    let pack = built_in("pac-nam-2018");
    let route = pack.routes.iter().find(|route| route.id == "district-justice").unwrap();
    let offices: BTreeSet<_> = route.steps.iter().map(|step| step.office.as_str()).collect();
    assert_eq!(offices, BTreeSet::from(["one-stop", "justice", "leaders"]));
    let kinds: Vec<_> = route.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Intake, StepKind::Work, StepKind::Sign, StepKind::Sign, StepKind::Return]);
}

#[test]
fn one_demonstration_sign_in_is_marked_for_each_role() {
    for name in ["pac-nam-2018", "thai-nguyen-2025"] {
        let pack = built_in(name);
        let demo: BTreeSet<_> =
            pack.staff.iter().filter(|staff| staff.demo).map(|staff| staff.login.as_str()).collect();
        let of_demo = pack.postings.iter().filter(|posting| demo.contains(posting.login.as_str()));
        let mut roles: Vec<_> = of_demo.map(|posting| posting.role.as_str()).collect();
        let mut expected = ROLES.to_vec();
        roles.sort_unstable();
        expected.sort_unstable();
        assert_eq!(roles, expected, "{name}");
    }
}

#[test]
fn the_receiving_officer_of_a_commune_is_its_specialist_too() {
    let pack = built_in("pac-nam-2018");
    let of = pack.postings.iter().filter(|posting| posting.login == "bocbo.motcua");
    let posts: Vec<_> = of.map(|posting| (posting.office.as_str(), posting.role.as_str())).collect();
    let specialist = [("specialists", "specialist"), ("civil-status", "specialist")];
    assert_eq!(posts, [&[("one-stop", "one_stop_officer")], &specialist[..]].concat());
}

#[test]
fn closed_days_reach_from_2018_to_2027_with_their_swaps() {
    let pack = built_in("pac-nam-2018");
    let years: BTreeSet<i16> = pack.days.iter().map(|day| day.row.date.year()).collect();
    assert_eq!(years, (2018..=2027).collect());
    let day = |date: &str| pack.days.iter().find(|day| day.row.date.to_string() == date).unwrap();
    assert_eq!(day("2018-12-31").row.kind, motcua_domain::calendar::DayKind::SwappedOff);
    assert_eq!(day("2019-01-05").row.kind, motcua_domain::calendar::DayKind::MakeUp);
    assert!(pack.days.iter().filter(|day| day.row.name.contains("Nguyên đán")).all(|day| !day.verified));
}

#[test]
fn the_commune_of_2025_has_no_district_and_its_own_number_order() {
    let pack = built_in("thai-nguyen-2025");
    assert!(pack.places.iter().all(|place| place.kind != Tier::District));
    assert_eq!(pack.agencies[0].identifier.as_deref(), Some("H55.MAU.01864"));
    assert_eq!(pack.site.law.last().unwrap().form_set, "tt03-2025");
    assert_eq!(pack.scope.len(), 60);
}

#[test]
fn placeholder_identifiers_are_marked_unverified() {
    for name in ["pac-nam-2018", "thai-nguyen-2025"] {
        for agency in built_in(name).agencies.iter().filter(|agency| agency.identifier.is_some()) {
            assert!(!agency.identifier_verified, "{}", agency.id);
            assert!(agency.identifier.as_ref().unwrap().contains("MAU"), "{}", agency.id);
        }
    }
}

/// The catalogue of a pack with its overrides applied.
fn versions(pack: &Pack) -> BTreeMap<String, Version> {
    let mut reader = csv::Reader::from_reader(pack.procedures_csv.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let header = Header::parse(&header.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    let mut versions = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let RowOutcome::Row { key, mut version, .. } = read_row(1, &header, &record.iter().collect::<Vec<_>>()) else {
            panic!("a row of the pack is refused: {record:?}");
        };
        pack.overrides.iter().filter(|row| row.key == key).for_each(|row| row.apply(&mut version));
        versions.insert(key, version);
    }
    versions
}

fn publishable(pack: &Pack, tier: Tier) -> usize {
    let versions = versions(pack);
    let in_scope = pack.scope.iter().filter(|scope| scope.tier == tier && scope.route.is_some());
    in_scope.filter(|scope| versions[&scope.key].blockers.is_empty()).count()
}

#[test]
fn what_the_simulation_plays_can_be_published_and_some_of_it_is_online_at_both_tiers() {
    let pack = built_in("pac-nam-2018");
    let versions = versions(&pack);
    for key in pack.site.simulation.as_ref().unwrap().procedures.keys() {
        assert!(versions[key].blockers.is_empty(), "{key} {:?}", versions[key].blockers);
    }
    for tier in [Tier::District, Tier::Commune] {
        let online = pack.scope.iter().filter(|scope| scope.tier == tier && scope.online_level == Some(3));
        let playable = online.filter(|scope| scope.route.is_some() && versions[&scope.key].blockers.is_empty()).count();
        assert!(playable >= 10, "{tier:?} {playable}");
    }
}

#[test]
fn an_override_takes_the_place_of_what_the_list_lacks_and_stays_marked() {
    let versions = versions(&built_in("pac-nam-2018"));
    let birth = &versions["1.001193"];
    assert_eq!(birth.limits[0].limit, Limit { kind: LimitKind::WorkingDays, count: 0 });
    assert_eq!(birth.cutoff, Some(jiff::civil::time(15, 0, 0, 0)));
    assert!(birth.blockers.is_empty());
    assert!(birth.unverified.contains(&"time_limit".to_owned()));
}

#[test]
fn enough_procedures_can_be_published_to_work_with() {
    let district = built_in("pac-nam-2018");
    assert!(publishable(&district, Tier::District) >= 60);
    assert!(publishable(&district, Tier::Commune) >= 30);
    assert!(publishable(&built_in("thai-nguyen-2025"), Tier::Commune) >= 50);
}

#[test]
fn a_folder_reads_the_same_as_the_pack_built_in() {
    let folder = Broken::new("same");
    assert_eq!(folder.read().unwrap(), built_in("thai-nguyen-2025"));
}

#[test]
fn a_broken_pack_tells_every_fault_at_once_with_file_and_line() {
    let broken = Broken::new("all")
        .replace("site.toml", "timezone = \"Asia/Ho_Chi_Minh\"", "timezone = \"Asia/Nowhere\"\ncolour = \"green\"")
        .replace("site.toml", "due_soon_hours = 8", "due_soon_hours = \"eight\"")
        .replace("site.toml", "{agency}-{yymmdd}-{serial:4}", "{agency}-{colour}-{serial:4}")
        .append("places.csv", "99999,commune,Xã Mẫu,77,2025-07-01,,nguồn")
        .append("offices.csv", "nowhere,desk,Bàn,work,maybe,,,2025-07-32,,nguồn")
        .append("days.csv", "2026-10-14,make-up,,,*,Làm bù,verified,nguồn")
        .append("staff.csv", "motcua1,Công chức,bangthanh,no")
        .append("postings.csv", "nobody,bangthanh,attic,wizard,2025-07-01,,,,extra")
        .append("postings.csv", "nobody,bangthanh,attic,wizard,2025-07-01,,,")
        .append("overrides.csv", "1.001193,limit,soon,nguồn,unverified")
        .replace("routes.toml", "kind = \"return\"", "kind = \"sign\"");
    let line = |file: &str, text: &str| broken.line(file, text);
    let expected = [
        format!("days.csv:{}: pack.make_up_on_a_working_day value=2026-10-14", line("days.csv", "2026-10-14")),
        format!("offices.csv:{}: pack.not_a_date column=valid_from value=2025-07-32", line("offices.csv", "nowhere")),
        format!("offices.csv:{}: pack.unknown_agency value=nowhere", line("offices.csv", "nowhere")),
        format!(
            "offices.csv:{}: pack.unknown_word allowed=yes, no column=own_room value=maybe",
            line("offices.csv", "nowhere")
        ),
        format!(
            "overrides.csv:{}: pack.key_twice first={} value=1.001193 limit",
            line("overrides.csv", "soon"),
            line("overrides.csv", "1.001193,limit")
        ),
        format!("overrides.csv:{}: pack.override_value value=soon", line("overrides.csv", "soon")),
        format!("places.csv:{}: pack.unknown_place value=77", line("places.csv", "99999")),
        format!("postings.csv:{}: pack.wrong_cell_count expected=8 found=9", line("postings.csv", "extra")),
        format!("postings.csv:{}: pack.unknown_login value=nobody", line("postings.csv", "extra") + 1),
        format!("postings.csv:{}: pack.unknown_office value=bangthanh/attic", line("postings.csv", "extra") + 1),
        format!("postings.csv:{}: pack.unknown_role value=wizard", line("postings.csv", "extra") + 1),
        format!("routes.toml:{}: route.never_ends", line("routes.toml", "[[route]]")),
        format!("site.toml:{}: pack.unknown_timezone value=Asia/Nowhere", line("site.toml", "timezone")),
        format!("site.toml:{}: pack.unknown_key key=colour", line("site.toml", "colour = ")),
        format!(
            "site.toml:{}: pack.code_pattern reason=unknown token {{colour}} in the number pattern \
             value={{agency}}-{{colour}}-{{serial:4}}",
            line("site.toml", "[[code]]")
        ),
        format!("site.toml:{}: pack.not_a_number key=due_soon_hours", line("site.toml", "eight")),
        format!(
            "staff.csv:{}: pack.key_twice first={} value=motcua1",
            line("staff.csv", "motcua1,Công chức,"),
            line("staff.csv", "motcua1,")
        ),
    ];
    let mut expected = expected.to_vec();
    let mut found = broken.faults();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn faults_come_in_the_order_of_files_and_lines() {
    let faults = Broken::new("order").append("staff.csv", "Á,b,c,d").append("agencies.csv", "x").faults();
    let mut sorted = faults.clone();
    sorted.sort_by_key(|fault| fault.split(':').next().unwrap().to_owned());
    assert_eq!(faults, sorted);
    assert!(faults.len() >= 4, "{faults:?}");
}

#[test]
fn a_missing_file_is_one_fault_and_the_others_are_still_read() {
    let faults = Broken::new("missing").remove("hours.csv").append("staff.csv", "a b,Tên,bangthanh,no").faults();
    assert!(faults.contains(&"hours.csv:0: pack.file_missing".to_owned()), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("pack.login_characters")), "{faults:?}");
}

#[test]
fn a_folder_that_is_not_there_misses_all_its_files() {
    let faults = read(&Source::Folder(PathBuf::from("/nowhere/at/all"))).unwrap_err();
    let missing: BTreeSet<_> =
        faults.iter().filter(|fault| fault.key == "pack.file_missing").map(|fault| fault.file.as_str()).collect();
    assert_eq!(missing.len(), 12);
}

#[test]
fn text_that_is_not_utf8_names_its_line() {
    let broken = Broken::new("utf8");
    fs::write(broken.folder.join("staff.csv"), b"login,name,agency,demo\na,b,c,no\n\xff\xfe,x,y,no\n").unwrap();
    assert!(broken.faults().contains(&"staff.csv:3: pack.not_utf8".to_owned()));
}

#[test]
fn toml_that_does_not_parse_names_its_line() {
    let broken = Broken::new("toml").append("routes.toml", "[[route]]\nid =");
    let line = broken.line("routes.toml", "id =\n".trim_end());
    let last = fs::read_to_string(broken.folder.join("routes.toml")).unwrap().lines().count() as u64;
    let faults = broken.faults();
    let syntax: Vec<_> = faults.iter().filter(|fault| fault.contains("pack.toml_syntax")).collect();
    assert!(line < last && syntax.len() == 1, "{faults:?}");
    assert!(syntax[0].starts_with(&format!("routes.toml:{last}: ")), "{syntax:?}");
}

#[test]
fn a_quote_that_is_never_closed_is_reported_where_it_opens() {
    let broken = Broken::new("quote").append("staff.csv", "x,\"never closed,bangthanh,no\ny,Tên,bangthanh,no");
    let line = broken.line("staff.csv", "never closed");
    assert!(broken.faults().contains(&format!("staff.csv:{line}: pack.quote_not_closed")));
}

#[test]
fn comments_and_cells_of_several_lines_do_not_shift_the_lines() {
    let broken = Broken::new("lines").append(
        "places.csv",
        "# a remark\n99998,commune,Xã Một,19,2025-07-01,,\"nguồn\nhai dòng\"\n\n# another\n99999,commune,Xã Hai,77,2025-07-01,,nguồn",
    );
    let line = broken.line("places.csv", "99999");
    assert_eq!(broken.faults(), [format!("places.csv:{line}: pack.unknown_place value=77")]);
}

#[test]
fn two_rows_of_one_place_may_follow_one_another_but_not_overlap() {
    let follows = Broken::new("follows")
        .append("places.csv", "99999,commune,Cũ,19,2025-07-01,2025-12-31,n\n99999,commune,Mới,19,2026-01-01,,n");
    assert!(follows.read().is_ok(), "{:?}", follows.faults());
    let overlaps = Broken::new("overlaps")
        .append("places.csv", "99999,commune,Cũ,19,2025-07-01,2026-01-01,n\n99999,commune,Mới,19,2026-01-01,,n");
    let (first, second) = (overlaps.line("places.csv", "Cũ"), overlaps.line("places.csv", "Mới"));
    assert_eq!(overlaps.faults(), [format!("places.csv:{second}: pack.validity_overlaps first={first} value=99999")]);
}

#[test]
fn a_law_that_leaves_days_without_law_or_with_two_is_a_fault() {
    let gap = Broken::new("gap").replace("site.toml", "to = 2025-09-14", "to = 2025-09-10");
    let second = gap.line("site.toml", "nd118-2025-tt03-2025") - 1;
    assert_eq!(gap.faults(), [format!("site.toml:{second}: pack.law_gap value=nd118-2025-tt03-2025")]);
    let both = Broken::new("both").replace("site.toml", "to = 2025-09-14", "to = 2025-09-20");
    assert_eq!(both.faults(), [format!("site.toml:{second}: pack.law_overlaps value=nd118-2025-tt03-2025")]);
}

/// [CLK-10]
#[test]
fn a_site_may_promise_the_hour_of_receipt_and_nothing_unknown() {
    use motcua_domain::deadline::PromiseTime::{Closing, HourOfReceipt};
    let promise = |value: &str| {
        let clock = format!("[clock]\npromise = \"{value}\"\n\n[thresholds]");
        Broken::new(value).replace("site.toml", "[thresholds]", &clock)
    };
    assert_eq!(Broken::new("silent").read().unwrap().site.clock.promise, Closing);
    assert_eq!(promise("hour_of_receipt").read().unwrap().site.clock.promise, HourOfReceipt);
    let noon = promise("noon");
    let line = noon.line("site.toml", "promise");
    assert_eq!(
        noon.faults(),
        [format!("site.toml:{line}: pack.unknown_value allowed=closing, hour_of_receipt key=promise value=noon")]
    );
}

#[test]
fn a_step_nobody_can_do_names_the_agency_the_office_and_the_role() {
    let broken = Broken::new("nobody").replace(
        "postings.csv",
        "kinhte.truong,bangthanh,economy,office_head",
        "kinhte.truong,bangthanh,economy,specialist",
    );
    let faults = broken.faults();
    // Three routes pass the head of this office, one of them in a leg.
    assert_eq!(faults.len(), 3, "{faults:?}");
    let told = "pack.step_nobody_can_do agency=bangthanh office=economy role=office_head";
    assert!(faults.iter().all(|fault| fault.ends_with(told)), "{faults:?}");
}

#[test]
fn hours_that_overlap_are_a_fault_of_the_second_row() {
    let broken = Broken::new("hours").append("hours.csv", "*,1,11:00,12:00,2025-07-01,,nguồn");
    let line = broken.line("hours.csv", "11:00,12:00");
    assert!(broken.faults().contains(&format!("hours.csv:{line}: pack.hours_overlap value=11:00")));
}

#[test]
fn a_procedure_of_the_scope_must_be_in_the_catalogue() {
    let row = "9.999999,Không có,commune,one-stop,,economy,commune,economy,unverified,thử,thử,wedding";
    let broken = Broken::new("scope").append("scope.csv", row);
    let line = broken.line("scope.csv", "9.999999");
    let expected = [
        format!("scope.csv:{line}: pack.unknown_life_event value=wedding"),
        format!("scope.csv:{line}: pack.unknown_procedure value=9.999999"),
    ];
    assert_eq!(broken.faults(), expected);
}

#[test]
fn a_demonstration_password_is_refused_where_work_is_in_earnest() {
    let broken = Broken::new("earnest").replace("site.toml", "demonstration = true", "demonstration = false");
    let faults = broken.faults();
    assert!(faults.iter().any(|fault| fault.contains("pack.demo_password_in_earnest")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("pack.demo_sign_in_in_earnest")), "{faults:?}");
}

#[test]
fn override_values_are_read_in_their_notation_and_nothing_else() {
    let OverrideValue::Limits(limits) =
        OverrideValue::parse("limit", "0 working days; cần xác minh: 5 working days").unwrap()
    else {
        panic!("not a limit");
    };
    assert_eq!(limits[0].limit.count, 0);
    assert_eq!((limits[1].label.as_str(), limits[1].limit.kind), ("cần xác minh", LimitKind::WorkingDays));
    let fees = OverrideValue::parse("fee", "2000/trang; province; cấp lại: free");
    let amount = Fee::amount(2000, "trang");
    let again = FeeCase { label: "cấp lại".to_owned(), fee: Fee::Free };
    assert_eq!(fees, Some(OverrideValue::Fees(vec![amount.into(), Fee::SetByProvince.into(), again])));
    // [CAT-20]
    let by_page = OverrideValue::parse("fee", "2000/trang, 2 pages, then 1000, at most 200000");
    let scale = Some(ByPage { full: 2, further: 1000, most: 200_000 });
    let fee = Fee::Amount { amount: 2000, per: "trang".into(), by_page: scale };
    assert_eq!(by_page, Some(OverrideValue::Fees(vec![fee.into()])));
    assert_eq!(OverrideValue::parse("fee", "2000/trang, 2 pages, then free, at most 200000"), None);
    let papers = OverrideValue::parse("papers", "Tờ khai [BC:1] | Giấy tờ [BC:0 BS:2]").unwrap();
    let OverrideValue::Papers(papers) = papers else { panic!("not papers") };
    assert_eq!((papers[0].originals, papers[1].copies), (1, 2));
    for (part, value) in [
        ("limit", "3 ngày"),
        ("limit", "3 working days;"),
        ("limit", "0 months"),
        ("cutoff", "3pm"),
        ("fee", "0"),
        ("fee", "-5"),
        ("sets", "0"),
        ("papers", "Tờ khai"),
        ("papers", "Tờ khai [BC:0]"),
        ("channels", "fax"),
        ("colour", "green"),
    ] {
        assert_eq!(OverrideValue::parse(part, value), None, "{part} {value}");
    }
}

#[test]
fn a_fault_speaks_through_the_locale_files() {
    let fault = Fault::new("offices.csv", 12, "pack.unknown_agency", [("value", "nowhere")]);
    let said = fault.sentence(|key, params: &BTreeMap<_, _>| format!("[{key}] {}", params["value"]));
    assert_eq!(said, "offices.csv:12: [pack.unknown_agency] nowhere");
    assert_eq!(fault.to_string(), "offices.csv:12: pack.unknown_agency value=nowhere");
}
