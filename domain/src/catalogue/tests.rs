//! Rows and cells as they really stand in published lists.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use jiff::civil::time;
use proptest::prelude::*;

use super::*;
use crate::procedure::{Fee, Limit, LimitCase, LimitKind, Tier};

const COLUMNS: [&str; 16] = [
    "code",
    "name",
    "field",
    "level_now",
    "level_2018",
    "agency",
    "time_limit",
    "fee",
    "copies",
    "channels",
    "online_level",
    "interconnected",
    "components",
    "result",
    "source",
    "note",
];

/// A row without a fault, with some cells replaced.
fn row(changes: &[(&str, &str)]) -> RowOutcome {
    let cells = COLUMNS.map(|column| {
        let usual = match column {
            "code" => "1.001193",
            "name" => "Thủ tục đăng ký khai sinh",
            "field" => "Hộ tịch",
            "time_limit" => "3 ngày làm việc",
            "fee" => "Miễn phí",
            "copies" => "01",
            "channels" => "TT+TrT+BC",
            "components" => "Giấy chứng sinh [BC:1]",
            "source" => "national portal 2026",
            _ => "",
        };
        changes.iter().find(|(name, _)| *name == column).map_or(usual, |(_, cell)| cell)
    });
    read_row(2, &Header::parse(&COLUMNS).unwrap(), &cells)
}

fn read(changes: &[(&str, &str)]) -> (Version, Vec<&'static str>) {
    match row(changes) {
        RowOutcome::Row { version, warnings, .. } => (version, warnings.iter().map(|w| w.reason).collect()),
        RowOutcome::Refused { issues } => panic!("refused: {issues:?}"),
    }
}

fn refusal(changes: &[(&str, &str)]) -> &'static str {
    match row(changes) {
        RowOutcome::Refused { issues } => issues[0].reason,
        RowOutcome::Row { warnings, .. } => panic!("came in: {warnings:?}"),
    }
}

fn blockers(version: &Version) -> Vec<&str> {
    version.blockers.iter().map(|b| b.reason.as_str()).collect()
}

/// [CAT-02] [CAT-03] [CAT-18]
#[test]
fn a_faultless_row_is_whole_and_publishable() {
    let RowOutcome::Row { key, version, warnings } = row(&[]) else { panic!("refused") };
    assert_eq!((key.as_str(), warnings), ("1.001193", vec![]));
    assert!(version.is_publishable());
    assert_eq!(version.channels, [Channel::Direct, Channel::Online, Channel::Post]);
    assert_eq!(version.sets, Some(1));
}

/// [CAT-01]
#[test]
fn a_row_that_cannot_be_identified_or_stored_is_refused_with_the_reason() {
    assert_eq!(refusal(&[("name", "  ")]), "catalogue.name_missing");
    assert_eq!(refusal(&[("name", "…")]), "catalogue.name_missing");
    assert_eq!(refusal(&[("name", "\u{200b}")]), "catalogue.name_missing");
    assert_eq!(refusal(&[("note", "Hộ t\u{fffd}ch")]), "catalogue.invalid_utf8");
    assert_eq!(refusal(&[("name", &"a".repeat(1_001))]), "catalogue.cell_too_long");
    assert_eq!(refusal(&[("result", &"a".repeat(20_001))]), "catalogue.cell_too_long");
    for code in ["1.00119", "001193", "abc", "1.001193 / 1.000656", "1.0011933", "1.001193.", "１.001193"] {
        assert_eq!(refusal(&[("code", code)]), "catalogue.code_malformed", "{code}");
    }
}

/// [CAT-01] [CAT-04]
#[test]
fn a_row_with_too_few_or_too_many_cells_is_refused() {
    let header = Header::parse(&["code", "name", "field"]).unwrap();
    for cells in [vec!["1.001193", "Khai sinh"], vec!["1.001193", "Khai sinh", "Hộ tịch", ""], vec![]] {
        let RowOutcome::Refused { issues } = read_row(7, &header, &cells) else { panic!("came in") };
        assert_eq!((issues[0].line, issues[0].reason), (7, "catalogue.column_count"));
    }
}

/// [CAT-04]
#[test]
fn columns_are_found_by_name_in_any_order() {
    let header = Header::parse(&["\u{feff}Field", "extra", "NAME ", "code"]).unwrap();
    let RowOutcome::Row { version, .. } = read_row(2, &header, &["Hộ tịch", "?", "Khai sinh", "1.001193"]) else {
        panic!("refused")
    };
    assert_eq!((version.name.as_str(), version.field.as_str()), ("Khai sinh", "Hộ tịch"));
    assert_eq!(blockers(&version), ["catalogue.limit_missing", "catalogue.fee_missing", "catalogue.papers_missing"]);
    let reasons = |cells: &[&str]| Header::parse(cells).unwrap_err().iter().map(|i| i.reason).collect::<Vec<_>>();
    assert_eq!(reasons(&["code", "field"]), ["catalogue.column_missing"]);
    assert_eq!(reasons(&["code", "name", "field", "fee", "Fee"]), ["catalogue.column_twice"]);
}

/// [CAT-05] [CAT-06]
#[test]
fn invisible_characters_are_dropped_and_cut_names_block() {
    let (version, warnings) = read(&[("name", "Đăng k\u{200e}ý\u{0} hộ tịch")]);
    assert_eq!((version.name.as_str(), warnings), ("Đăng ký hộ tịch", vec!["catalogue.control_characters"]));
    let (version, _) = read(&[("name", "Cấp Giấy chứng nhận quyền sử dụng…")]);
    assert_eq!(blockers(&version), ["catalogue.name_cut"]);
}

/// [CAT-07]
#[test]
fn a_provincial_suffix_is_stripped_and_kept() {
    for code in ["2.000815.000.00.00.H17", "2.000815.H38", " 2.000815.01 "] {
        let (version, warnings) = read(&[("code", code)]);
        assert_eq!(version.code.as_deref(), Some("2.000815"));
        assert_eq!(version.code_original.as_deref(), Some(code.trim()));
        assert_eq!(warnings, ["catalogue.code_suffix"]);
    }
}

/// [CAT-08]
#[test]
fn a_procedure_without_a_code_gets_a_key_that_does_not_depend_on_spelling() {
    let key = key_of(None, "Xác minh tài sản, thu nhập", "Phòng, chống tham nhũng");
    assert!(key.starts_with("x-xac-minh-tai-san-thu-nhap-"), "{key}");
    assert_eq!(key, key_of(None, "XÁC MINH TÀI SẢN THU NHẬP", "phòng chống tham nhũng"));
    assert_ne!(key, key_of(None, "Xác minh tài sản, thu nhập", "Thuế"));
    assert_eq!(key_of(None, &"dài ".repeat(100), "").chars().count(), 2 + 59 + 1 + 8);
    assert_eq!(read(&[("code", "")]).1, ["catalogue.code_missing"]);
}

/// [CAT-09]
#[test]
fn the_same_row_again_passes_and_a_different_one_with_its_key_is_refused() {
    let mut batch = Batch::default();
    let first = batch.check(2, row(&[]));
    assert_eq!(batch.check(3, row(&[])), first);
    let RowOutcome::Refused { issues } = batch.check(4, row(&[("fee", "8.000đ")])) else { panic!("came in") };
    assert_eq!((issues[0].line, issues[0].reason), (4, "catalogue.duplicate_differs"));
    assert_eq!(batch.check(5, row(&[])), first);
}

/// [CAT-10]
#[test]
fn plain_limits_become_a_kind_and_a_number() {
    use LimitKind::{CalendarDays, Months, WorkingDays, WorkingHours};
    for (cell, kind, count) in [
        ("5 ngày làm việc", WorkingDays, 5),
        ("03 ngày làm việc", WorkingDays, 3),
        ("15 ngày", CalendarDays, 15),
        ("8 giờ", WorkingHours, 8),
        ("4 giờ làm việc", WorkingHours, 4),
        ("2 tháng", Months, 2),
        ("Mười lăm (15) ngày làm việc", WorkingDays, 15),
        ("Trong thời hạn 03 (ba) ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.", WorkingDays, 3),
        ("15 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.", WorkingDays, 15),
        ("Không quá 10 ngày", CalendarDays, 10),
    ] {
        let (version, warnings) = read(&[("time_limit", cell)]);
        assert_eq!(warnings, Vec::<&str>::new(), "{cell}");
        assert_eq!(version.limits, [LimitCase { label: String::new(), limit: Limit { kind, count } }], "{cell}");
    }
}

/// [CAT-10]
#[test]
fn a_limit_that_is_missing_or_broken_stays_text_and_blocks() {
    for (cell, reason) in [
        ("", "catalogue.limit_missing"),
        ("1 (đơn vị không ghi)", "catalogue.limit_unit_missing"),
        ("3", "catalogue.limit_unit_missing"),
        ("2.5 ngày", "catalogue.limit_fraction"),
        ("0 ngày", "catalogue.limit_implausible"),
        ("2018 ngày", "catalogue.limit_implausible"),
        ("99999999999 ngày", "catalogue.limit_unclear"),
        ("Theo đợt rà soát hằng năm", "catalogue.limit_unclear"),
    ] {
        let (version, warnings) = read(&[("time_limit", cell)]);
        assert_eq!((warnings, blockers(&version)), (vec![reason], vec![reason]), "{cell}");
        assert_eq!((version.limits.len(), version.limit_text.as_str()), (0, cell));
    }
}

/// [CAT-11]
#[test]
fn several_limits_in_a_cell_are_several_cases() {
    for (cell, limits, reason) in [
        ("20 ngày / 15 ngày", vec![("", 20), ("", 15)], "catalogue.limit_cases_unnamed"),
        ("7 ngày làm việc / 1 giờ / 2 ngày làm việc", vec![("", 7), ("", 1), ("", 2)], "catalogue.limit_cases_unnamed"),
        ("từ 3 đến 5 ngày làm việc", vec![("", 5)], "catalogue.limit_range"),
        ("3-5 ngày làm việc", vec![("", 5)], "catalogue.limit_range"),
        (
            "Không quá 15 ngày làm việc, cụ thể: 1. Trường hợp hồ sơ chưa đủ, trong thời gian không quá 03 ngày làm việc.",
            vec![("", 15)],
            "catalogue.limit_note",
        ),
    ] {
        let (version, warnings) = read(&[("time_limit", cell)]);
        let found: Vec<_> = version.limits.iter().map(|c| (c.label.as_str(), c.limit.count)).collect();
        assert_eq!((found, warnings), (limits, vec![reason]), "{cell}");
        assert!(version.is_publishable(), "{cell}");
    }
    let (version, warnings) =
        read(&[("time_limit", "20 ngày đối với công trình khác • 15 ngày đối với nhà ở riêng lẻ")]);
    let labels: Vec<_> = version.limits.iter().map(|c| c.label.as_str()).collect();
    assert_eq!((labels, warnings), (vec!["đối với công trình khác", "đối với nhà ở riêng lẻ"], vec![]));
    let (version, _) = read(&[("time_limit", "Dự án nhóm A không quá 35 ngày, dự án nhóm B không quá 25 ngày.")]);
    assert_eq!(blockers(&version), ["catalogue.limit_more_cases"]);
}

/// [CAT-11] [CAT-06]
#[test]
fn a_limit_cell_cut_off_inside_a_case_blocks() {
    let cell = "Trường hợp cấp giấy phép môi trường quy định tại điểm a khoản 1 Điều 39 Luật Bảo vệ môi trường năm 2020 thì \
                thời gian giải quyết tối đa là 15 (mười lăm) ngày kể";
    let (version, _) = read(&[("time_limit", cell)]);
    assert!(version.limits[0].label.ends_with("năm 2020"), "{:?}", version.limits);
    assert_eq!((version.limits[0].limit.count, blockers(&version)), (15, vec!["catalogue.limit_cut"]));
}

/// [CAT-12]
#[test]
fn a_cut_off_hour_is_read_and_is_not_a_limit() {
    for (cell, cutoff) in [
        ("Trong ngày làm việc hoặc • Ngày làm việc tiếp theo nếu tiếp nhận hồ sơ sau 15h", time(15, 0, 0, 0)),
        ("Trong ngày tiếp nhận; ngày làm việc tiếp theo nếu tiếp nhận sau 15 giờ 30", time(15, 30, 0, 0)),
        ("Trong ngày, nhận sau 16:30 thì ngày làm việc sau", time(16, 30, 0, 0)),
    ] {
        let (version, _) = read(&[("time_limit", cell)]);
        assert_eq!(version.cutoff, Some(cutoff), "{cell}");
        let zero = Limit { kind: LimitKind::WorkingDays, count: 0 };
        assert_eq!(version.limits, [LimitCase { label: String::new(), limit: zero }], "{cell}");
    }
    let cell = "Thực hiện ngay trong ngày tiếp nhận hoặc trong ngày làm việc tiếp theo nếu tiếp nhận sau 15 giờ o Trường hợp phức \
                tạp có thể kéo dài không quá 2 ngày làm việc h";
    let (version, _) = read(&[("time_limit", cell)]);
    let found: Vec<_> = version.limits.iter().map(|c| (c.label.as_str(), c.limit.count)).collect();
    assert_eq!((found, version.is_publishable()), (vec![("", 0), ("Trường hợp phức tạp", 2)], true));
}

fn amount(amount: i64, per: &str) -> Fee {
    Fee::amount(amount, per)
}

/// [CAT-13]
#[test]
fn fees_become_amounts_free_or_set_by_the_province() {
    for (cell, fees, reasons) in [
        ("Miễn phí", vec![Fee::Free], vec![]),
        ("Không có.", vec![Fee::Free], vec![]),
        ("Miễn phí — Không quy định.", vec![Fee::Free], vec![]),
        ("8.000đ", vec![amount(8_000, "")], vec![]),
        ("1.500.000 VND", vec![amount(1_500_000, "")], vec![]),
        ("50.000đ — /giao dịch", vec![amount(50_000, "giao dịch")], vec![]),
        ("theo HĐND cấp tỉnh", vec![Fee::SetByProvince], vec![]),
        (
            "theo HĐND cấp tỉnh (cổng ghi 0đ; có đối tượng miễn)",
            vec![Fee::SetByProvince],
            vec!["catalogue.fee_zero_but_set"],
        ),
        ("5.000đ / 10.000đ", vec![amount(5_000, ""), amount(10_000, "")], vec!["catalogue.fee_cases_unnamed"]),
        ("2.000đ / 10 USD — /trang", vec![amount(2_000, "trang")], vec!["catalogue.fee_foreign"]),
        (
            "500.000 đồng/lần/cơ sở (Đối với cơ sở sản xuất, cấp huyện)",
            vec![amount(500_000, "lần/cơ sở")],
            vec!["catalogue.fee_note"],
        ),
        (
            "150.000đ / 50.000đ — Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định.",
            vec![Fee::SetByProvince],
            vec!["catalogue.fee_province_over"],
        ),
        (
            "400.000đ — Lệ phí : 400.000 Đồng (Mức thu lệ phí: 400.000đ/trường hợp)",
            vec![amount(400_000, "trường hợp")],
            vec!["catalogue.fee_note"],
        ),
    ] {
        let (version, warnings) = read(&[("fee", cell)]);
        let read: Vec<Fee> = version.fees.iter().map(|case| case.fee.clone()).collect();
        assert_eq!((read, warnings), (fees, reasons), "{cell}");
        assert!(version.is_publishable(), "{cell}");
    }
}

/// [CAT-14]
#[test]
fn a_fee_nobody_may_charge_stays_text_and_blocks() {
    for (cell, reason) in [
        ("", "catalogue.fee_missing"),
        ("0", "catalogue.fee_zero"),
        ("0đ", "catalogue.fee_zero"),
        ("0 đồng — /lần", "catalogue.fee_zero"),
        ("10 USD", "catalogue.fee_unclear"),
        ("theo quy định", "catalogue.fee_unclear"),
        ("700đ — Phí thẩm định.", "catalogue.fee_implausible"),
        ("5.000đ / 40đ — 5.000đ/giấy thông hành", "catalogue.fee_implausible"),
        ("25đ / 50đ — 25.000.000đ/giấy thông hành", "catalogue.fee_contradicts"),
        ("5.000đ / 10.000đ — nộp trực tuyến thu 7.000 đồng/lần", "catalogue.fee_contradicts"),
        ("Miễn phí — Thông tư số 60/2023/TT-BTC quy định mức thu lệ phí", "catalogue.fee_contradicts"),
        ("2.000đ — 2.000 đồng/trang; từ trang thứ 3 thu 1.000 đồng/trang", "catalogue.fee_tiers"),
    ] {
        let (version, warnings) = read(&[("fee", cell)]);
        assert!(blockers(&version).contains(&reason) && warnings.contains(&reason), "{cell}: {warnings:?}");
        assert_eq!((version.fees.len(), version.fee_text.as_str()), (0, cell));
    }
}

/// Name, originals, copies, case.
type Sheet = (String, u32, u32, String);

fn papers(cell: &str) -> (Vec<Sheet>, Vec<String>, Vec<&'static str>) {
    let (version, warnings) = read(&[("components", cell)]);
    assert_eq!(version.papers_text, clean(cell));
    let papers = version.papers.into_iter().map(|p| (p.name, p.originals, p.copies, p.case)).collect();
    (papers, version.paper_notes, warnings)
}

fn paper(name: &str, originals: u32, copies: u32, case: &str) -> Sheet {
    (name.to_owned(), originals, copies, case.to_owned())
}

/// [CAT-15]
#[test]
fn papers_come_with_originals_copies_and_the_case_they_belong_to() {
    let cell = "Giấy chứng sinh [BC:1] | Bản sao quyết định [BS:2] | Đơn [BC:1 BS:1] | Trường hợp trẻ em bị bỏ rơi thì phải có biên \
                bản do cơ quan có thẩm quyền lập [BC:1] | Đối với Công an nhân dân: Giấy giới thiệu [BC:1]";
    let (papers, notes, warnings) = papers(cell);
    let expected = vec![
        paper("Giấy chứng sinh", 1, 0, ""),
        paper("Bản sao quyết định", 0, 2, ""),
        paper("Đơn", 1, 1, ""),
        paper("Biên bản do cơ quan có thẩm quyền lập", 1, 0, "Trường hợp trẻ em bị bỏ rơi"),
        paper("Giấy giới thiệu", 1, 0, "Đối với Công an nhân dân"),
    ];
    assert_eq!((papers, notes, warnings), (expected, vec![], vec![]));
}

/// [CAT-15]
#[test]
fn notes_headings_and_lines_of_quantity_zero_are_no_papers() {
    let cell = "Tờ khai [BC:1] | Giấy tờ phải xuất trình [BC:0 BS:0] | Lưu ý: xuất trình bản chính [BC:1] | Đối với dự án lớn, hồ sơ phải \
                bổ sung: [BS:1] | Tờ khai [BC:1]";
    let (papers, notes, warnings) = papers(cell);
    assert_eq!(papers, [paper("Tờ khai", 1, 0, "")]);
    assert_eq!(notes.len(), 3);
    assert_eq!(warnings, ["catalogue.paper_note", "catalogue.paper_repeated"]);
}

/// [CAT-15]
#[test]
fn lists_in_running_text_are_taken_apart() {
    let (numbered, _, warnings) = papers(
        "1. Giấy chứng nhận đăng ký kinh doanh o Bản chính: 0 o Bản sao: 1 2. Bản sao hợp đồng thuê theo Điều 5. Hết.",
    );
    let expected = [
        paper("Giấy chứng nhận đăng ký kinh doanh", 0, 1, ""),
        paper("Bản sao hợp đồng thuê theo Điều 5. Hết.", 0, 1, ""),
    ];
    assert_eq!((numbered.as_slice(), warnings), (expected.as_slice(), vec![]));
    let (bullets, notes, _) =
        papers("• Trường hợp bị mất: o Đơn (bản chính). • Trường hợp đổi chủ: o Học bạ (bản chính).");
    let expected = [
        paper("Đơn (bản chính).", 1, 0, "Trường hợp bị mất"),
        paper("Học bạ (bản chính).", 1, 0, "Trường hợp đổi chủ"),
    ];
    assert_eq!((bullets.as_slice(), notes.len()), (expected.as_slice(), 2));
    let (list, notes, _) = papers("Loại giấy tờ: • Bản sao hộ chiếu");
    assert_eq!((list, notes), (vec![paper("Bản sao hộ chiếu", 0, 1, "")], vec!["Loại giấy tờ:".to_owned()]));
}

/// [CAT-15] [CAT-06]
#[test]
fn papers_that_are_incomplete_or_of_unknown_number_block() {
    for (cell, reason) in [
        ("", "catalogue.papers_missing"),
        ("Đơn [BC:1] | (+12 mục khác)", "catalogue.papers_left_out"),
        ("Biên bản theo Thông tư số 88/2025/TT-BNNMT ngày 31/12/ [BC:20251 BS:1]", "catalogue.paper_quantity"),
        ("Đơn [BC:99999999999]", "catalogue.paper_quantity"),
        ("o Đơn xin chuyển trường.", "catalogue.paper_quantity_missing"),
        ("1. Bản sao giấy chứng tử 2. Bản sao quyết địn…", "catalogue.papers_cut"),
        ("Lưu ý: không cần giấy tờ [BC:1]", "catalogue.papers_unclear"),
    ] {
        let (version, _) = read(&[("components", cell)]);
        assert_eq!(blockers(&version), [reason], "{cell}");
    }
    assert_eq!(papers("Giấy tờ chứng minh thông tin về cư… [BC:1]").2, ["catalogue.paper_name_cut"]);
}

/// [CAT-16]
#[test]
fn what_the_source_itself_doubts_stays_marked() {
    let (version, _) = read(&[("source", "unverified"), ("note", "mã nhớ 2.000414 – chưa kiểm chứng")]);
    assert_eq!(version.unverified, ["source", "code"]);
    assert_eq!(blockers(&version), ["catalogue.source_unverified"]);
    let note = "QĐ công bố 163/QĐ-BTP; thời hạn luật (unverified): trong ngày; nhận sau 15h → ngày làm việc kế tiếp";
    let (version, warnings) = read(&[("note", note)]);
    assert_eq!((version.unverified, version.legal_basis), (vec!["time_limit".into()], vec!["163/QĐ-BTP".into()]));
    assert_eq!((warnings, version.cutoff), (vec!["catalogue.limit_unverified"], None));
    assert_eq!(blockers(&read(&[("note", "tên rút gọn theo mã")]).0), ["catalogue.name_shortened"]);
    assert_eq!(read(&[("note", "QĐ công bố Demo/QĐ-BCA")]).1, ["catalogue.decision_unclear"]);
}

/// [CAT-17]
#[test]
fn a_replaced_procedure_is_withdrawn_and_points_to_its_successor() {
    let (version, _) = read(&[("code", "2.002621"), ("note", "bị thay thế bởi 2.002621 → 3.000722")]);
    assert_eq!((version.withdrawn, version.successor.as_deref()), (true, Some("3.000722")));
    assert_eq!(blockers(&version), ["catalogue.withdrawn"]);
    let (version, _) = read(&[("name", "Nhóm TTHC liên thông 2024 (bị thay thế 2026)")]);
    assert_eq!((version.withdrawn, version.successor), (true, None));
    for name in ["Chấm dứt việc chăm sóc thay thế cho trẻ em", "Nhóm mới 2026 (thay các mã cũ)"] {
        assert!(!read(&[("name", name)]).0.withdrawn, "{name}");
    }
}

/// [CAT-18]
#[test]
fn channels_and_sets_that_are_not_understood_are_told_and_not_guessed() {
    let (version, warnings) = read(&[("channels", "TrT+fax"), ("copies", "vài bộ")]);
    assert_eq!((version.channels, version.sets), (vec![Channel::Direct], None));
    assert_eq!(warnings, ["catalogue.sets_unclear", "catalogue.channel_unknown"]);
}

/// [CAT-19]
#[test]
fn tiers_are_read_from_the_words_of_the_column() {
    assert_eq!(tiers_of("huyện/xã"), [Tier::District, Tier::Commune]);
    assert_eq!(tiers_of("bộ, tỉnh, xã"), [Tier::Province, Tier::Commune]);
    assert_eq!(tiers_of("hạt kiểm lâm huyện"), [Tier::District]);
    assert_eq!(tiers_of(""), []);
}

#[test]
fn a_message_repeats_only_the_beginning_of_a_cell() {
    let RowOutcome::Refused { issues } = row(&[("name", &"ă".repeat(5_000))]) else { panic!("came in") };
    assert_eq!(issues[0].value.chars().count(), 80);
}

/// Cells made of the pieces that real cells are made of, and of anything at all.
fn any_cell() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "15",
        "2.5",
        "0",
        "đ",
        " ngày",
        " làm việc",
        " / ",
        " — ",
        "/trang",
        "[BC:1]",
        "[BS:",
        " | ",
        "(",
        ")",
        " o ",
        "• ",
        "1. ",
        "sau 15h",
        "Trường hợp ",
        " thì ",
        ":",
        "…",
        "HĐND",
        "USD",
        "trong ngày",
        "1.001193",
        ".H17",
        "\u{200e}",
        "\n",
        "3-5",
        "đến ",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())]
}

proptest! {
    /// [CAT-01] [CAT-02] [CAT-03]
    #[test]
    fn any_cells_are_read_without_a_panic_and_twice_the_same(mut cells in prop::collection::vec(any_cell(), 14..18), named: bool) {
        if named {
            cells[0] = "1.001193".to_owned();
            cells[1] = "Khai sinh".to_owned();
        }
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let header = Header::parse(&COLUMNS).unwrap();
        let outcome = read_row(2, &header, &cells);
        prop_assert_eq!(&outcome, &read_row(2, &header, &cells));
        match outcome {
            RowOutcome::Refused { issues } => prop_assert!(!issues.is_empty()),
            RowOutcome::Row { key, version, warnings } => {
                prop_assert!(!key.is_empty() && !version.name.is_empty());
                for blocker in &version.blockers {
                    prop_assert!(warnings.iter().any(|w| w.reason == blocker.reason && w.column == blocker.part));
                }
                if version.is_publishable() {
                    prop_assert!(!version.limits.is_empty() && !version.fees.is_empty() && !version.papers.is_empty());
                }
            }
        }
    }
}
