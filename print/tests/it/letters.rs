//! What the letters of each kind must say and how they must look. Rules: `docs/rules/letters.md`.

use motcua_print::{
    Apology, ApologyTiming, CertificationReceipt, ControlSlip, HandOverSlip, JointReceipt, Letter, Moment, Pace,
    PostRecord, Referral, Refusal, Stop, Supplement, kinds, specimen, specimens,
};

use crate::paper::{self, FORM_SETS, ISSUED};
use crate::tools::{OnDisk, assert_says};

fn text<L: Letter>(form_set: &str, letter: &L) -> String {
    let printed = paper::print(form_set, letter);
    assert_eq!(printed.warnings, Vec::<String>::new());
    OnDisk::new(&printed.pdf).text()
}

#[test]
fn every_specimen_of_every_kind_is_set_from_every_form_set_without_a_warning() {
    // [LET-01]
    let press = paper::press();
    for (name, template) in paper::templates() {
        for specimen in specimens(template.kind()).unwrap() {
            let printed = paper::set(&press, &template, &specimen.data, specimen.images, ISSUED);
            let printed = printed.unwrap_or_else(|fault| panic!("{name} {}: {fault}", specimen.name));
            assert_eq!(printed.warnings, Vec::<String>::new(), "{name} {}", specimen.name);
        }
    }
    for kind in kinds() {
        for form_set in FORM_SETS {
            assert!(paper::files().contains_key(&format!("{kind}.{form_set}.typ")), "{kind} {form_set}");
        }
    }
}

#[test]
fn the_number_of_the_form_follows_the_kind_and_the_law() {
    // [LET-04]
    let numbers = [
        ("receipt", Some("01"), Some("01")),
        ("certification-receipt", Some("01"), Some("01")),
        ("joint-receipt", Some("01"), Some("01")),
        ("supplement", Some("02"), Some("02")),
        ("refusal", Some("03"), Some("03")),
        ("apology", Some("04"), Some("04")),
        ("stop", None, Some("05")),
        ("control-slip", Some("05"), Some("06")),
        ("register", Some("06"), Some("07")),
        ("report", None, None),
        ("hand-over-slip", None, None),
        ("result-slip", None, None),
        ("result-receipt", None, None),
        ("post-slip", None, None),
        ("post-record", None, None),
        ("referral", None, None),
        ("opinion-slip", None, None),
    ];
    assert_eq!(numbers.map(|(kind, _, _)| kind).to_vec(), kinds().collect::<Vec<_>>());
    for (kind, before, after) in numbers {
        for (form_set, number, circular) in [(FORM_SETS[0], before, "01/2018"), (FORM_SETS[1], after, "03/2025")] {
            let text = OnDisk::new(&paper::print_specimen(kind, form_set, "usual", ISSUED).pdf).text();
            match number {
                Some(number) => {
                    assert_says(&text, &[&format!("Mẫu số {number} – Thông tư số {circular}/TT-VPCP")]);
                }
                None => assert!(!text.contains("Mẫu số"), "{kind} {form_set}: {text}"),
            }
        }
    }
}

#[test]
fn letters_are_a5_and_register_and_report_are_a4_landscape() {
    // [LET-06]
    for kind in kinds() {
        let size = match kind {
            "register" | "report" => "841.89 x 595.276 pts",
            "control-slip" | "result-slip" => "595.276 x 419.528 pts",
            _ => "419.528 x 595.276 pts",
        };
        for form_set in FORM_SETS {
            let info = OnDisk::new(&paper::print_specimen(kind, form_set, "usual", ISSUED).pdf).info();
            assert!(info.contains(size), "{kind} {form_set}: {info}");
        }
    }
}

#[test]
fn a_signature_never_stands_on_a_page_of_its_own() {
    // [LET-16]
    let signed = ["Ký và ghi rõ họ tên", "Ký tên, đóng dấu"];
    for kind in kinds() {
        for specimen in specimens(kind).unwrap() {
            let printed = paper::print_specimen(kind, FORM_SETS[0], &specimen.name, ISSUED);
            if printed.pages == 1 {
                continue;
            }
            let lines = OnDisk::new(&printed.pdf).lines();
            let last = lines.split("--- page ---").filter(|page| !page.trim().is_empty()).last().unwrap();
            let first_line = last.trim().lines().next().unwrap();
            let lonely = signed.iter().any(|hint| last.contains(hint)) && first_line.to_uppercase() == first_line;
            assert!(!lonely, "{kind} {}: {last}", specimen.name);
        }
    }
}

#[test]
fn a_supplement_lists_what_is_missing_why_and_until_when() {
    // [LET-17] [LET-10]
    for form_set in FORM_SETS {
        let at_intake = text(form_set, &specimen::<Supplement>("usual").unwrap());
        assert_says(
            &at_intake,
            &[
                "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
                "Số: 12/HDHS",
                "1. Bản vẽ thiết kế nhà ở có mặt bằng định vị công trình trên lô đất (02 bản chính).",
                "Lý do: Hồ sơ chưa có bản vẽ mặt bằng định vị. Căn cứ: Điều 11",
                "2. Giấy tờ chứng minh quyền sử dụng đất (01 bản chứng thực).",
                "máy lẻ 12",
                "NGƯỜI HƯỚNG DẪN",
            ],
        );
        assert!(!at_intake.contains("lần thứ hai") && !at_intake.contains("Thời hạn bổ sung"), "{at_intake}");

        let first = text(form_set, &specimen::<Supplement>("examination").unwrap());
        assert_says(
            &first,
            &[
                "Mã hồ sơ: 000.00.15.H03-180504-0001",
                "Thời hạn bổ sung, hoàn thiện: trước 17 giờ 00 phút, ngày 16/05/2018",
                "Thời hạn giải quyết được tính lại từ đầu kể từ khi nhận đủ hồ sơ.",
                "TRƯỞNG PHÒNG",
            ],
        );
        let second = text(form_set, &specimen::<Supplement>("second").unwrap());
        assert_says(
            &second,
            &[
                "Yêu cầu lần thứ hai. Lý do phải yêu cầu lại: Bản vẽ nộp bổ sung ngày 14/05/2018",
                "Thời gian chờ bổ sung không tính vào thời hạn giải quyết.",
            ],
        );
    }
}

#[test]
fn whoever_answers_for_the_letter_signs_it() {
    // [LET-05]
    for form_set in FORM_SETS {
        let intake = [
            text(form_set, &specimen::<Supplement>("usual").unwrap()),
            text(form_set, &specimen::<Refusal>("usual").unwrap()),
        ];
        for letter in intake {
            assert_says(&letter, &["NGƯỜI NỘP HỒ SƠ", "Cán bộ một cửa số 1"]);
            assert!(!letter.contains("đóng dấu"), "{letter}");
        }
        let of_the_head = [
            text(form_set, &specimen::<Supplement>("second").unwrap()),
            text(form_set, &specimen::<Refusal>("examination").unwrap()),
            text(form_set, &specimen::<Apology>("overdue").unwrap()),
            text(form_set, &specimen::<Stop>("full").unwrap()),
            text(form_set, &specimen::<Referral>("full").unwrap()),
        ];
        for letter in of_the_head {
            assert_says(&letter, &["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "(Ký tên, đóng dấu)", "Nơi nhận:", "– Như trên;"]);
            assert!(!letter.contains("NGƯỜI NỘP HỒ SƠ"), "{letter}");
        }
        assert_says(&text(form_set, &specimen::<Stop>("least").unwrap()), &["THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"]);
    }
}

#[test]
fn an_apology_says_what_was_promised_who_is_late_and_what_is_promised_now() {
    // [LET-17]
    let before = text(FORM_SETS[0], &specimen::<Apology>("usual").unwrap());
    let after = text(FORM_SETS[1], &specimen::<Apology>("usual").unwrap());
    for letter in [&before, &after] {
        assert_says(
            letter,
            &[
                "Kính gửi: Nguyễn Văn A",
                "Mã hồ sơ: 000.00.15.H03-180504-0001",
                "Thời gian đã hẹn trả kết quả: 17 giờ 00 phút, ngày 25/05/2018",
                "Đến nay Phòng Kinh tế và Hạ tầng chưa giải quyết xong",
                "Lý do: Đoàn kiểm tra thực địa",
                "chân thành xin lỗi",
                "17 giờ 00 phút, ngày 01/06/2018",
            ],
        );
    }
    assert_says(&before, &["PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", "xin hẹn lại thời gian trả kết quả"]);
    assert_says(
        &after,
        &[
            "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
            "đề nghị gia hạn thời gian giải quyết",
            "Việc gia hạn chỉ thực hiện một lần.",
        ],
    );
}

#[test]
fn an_apology_that_comes_too_late_says_so() {
    // [LET-09]
    let of = |timing| text(FORM_SETS[1], &Apology { timing, ..specimen("usual").unwrap() });
    assert!(!of(ApologyTiming::InTime).contains("Ghi chú"));
    assert_says(
        &of(ApologyTiming::Late),
        &["gửi muộn hơn thời điểm phải gửi: ít nhất 01 ngày làm việc trước khi hết hạn"],
    );
    assert_says(&of(ApologyTiming::Overdue), &["gửi sau khi đã hết hạn trả kết quả", "Đến nay đã quá thời hạn trên"]);
}

#[test]
fn a_stop_says_whose_wish_it_was_and_what_becomes_of_fees_and_papers() {
    // [LET-17]
    for form_set in FORM_SETS {
        let unanswered = text(form_set, &specimen::<Stop>("usual").unwrap());
        assert_says(
            &unanswered,
            &[
                "THÔNG BÁO",
                "Do hết thời hạn bổ sung, hoàn thiện hồ sơ mà chưa nhận được hồ sơ bổ sung, Phòng Kinh tế",
                "dừng giải quyết hồ sơ nêu trên kể từ 08 giờ 00 phút, ngày 28/05/2018",
                "Phí, lệ phí đã nộp: 75.000 đồng, trả lại tại nơi đã nộp.",
                "Giấy tờ trả lại kèm theo thông báo này:",
            ],
        );
        let withdrawn = text(form_set, &specimen::<Stop>("withdrawal").unwrap());
        assert_says(&withdrawn, &["theo đề nghị rút hồ sơ", "Theo đề nghị rút hồ sơ của Ông (Bà), tổ chức, Phòng"]);
        let bare = text(form_set, &specimen::<Stop>("least").unwrap());
        assert_says(&bare, &["Phí, lệ phí đã nộp: không có.", "Giấy tờ trả lại: không có."]);
    }
}

#[test]
fn a_control_slip_grows_over_pages_with_its_head() {
    // [LET-06]
    let mut slip: ControlSlip = specimen("usual").unwrap();
    assert_eq!(slip.steps.iter().filter(|step| step.pace == Some(Pace::Late)).count(), 1);
    slip.steps = slip.steps.iter().cycle().take(60).cloned().collect();
    let printed = paper::print(FORM_SETS[1], &slip);
    let text = OnDisk::new(&printed.pdf).raw();
    assert!(printed.pages > 4, "{} pages", printed.pages);
    assert_eq!(text.matches("TÊN CƠ QUAN").count(), printed.pages, "{text}");
    assert_eq!(text.matches("Quá hạn Chậm 01 ngày làm việc").count(), 12);
    assert_says(&text, &["Chưa nhận", &format!("Trang {0}/{0}", printed.pages)]);
}

#[test]
fn a_certification_receipt_adds_copies_and_fees_up() {
    let text = text(FORM_SETS[0], &specimen::<CertificationReceipt>("usual").unwrap());
    assert_says(&text, &["Giấy khai sinh 01 03 6.000", "Cộng 09 46.000", "(Chứng thực)"]);
}

#[test]
fn a_joint_receipt_gives_each_dossier_its_own_code_and_date() {
    let text = text(FORM_SETS[0], &specimen::<JointReceipt>("usual").unwrap());
    assert_says(&text, &["Số lượng hồ sơ: 06, gồm:", "000.00.15.H03-180504-0006", "29/05/2018", "Bưu cục Bộc Bố"]);
}

#[test]
fn a_hand_over_of_one_dossier_lists_its_papers() {
    let one = text(FORM_SETS[1], &specimen::<HandOverSlip>("single").unwrap());
    assert_says(
        &one,
        &["GIẤY BÀN GIAO HỒ SƠ", "Đề nghị trả về chậm nhất: 17 giờ 00 phút, ngày 18/05/2018", "Sổ hộ khẩu"],
    );
    let many = text(FORM_SETS[1], &specimen::<HandOverSlip>("usual").unwrap());
    assert_says(&many, &["PHIẾU BÀN GIAO HỒ SƠ", "Cộng: 06 hồ sơ", "NGƯỜI NHẬN"]);
}

#[test]
fn the_record_of_the_post_counts_what_is_not_complete() {
    let brought = text(FORM_SETS[1], &specimen::<PostRecord>("usual").unwrap());
    assert_says(
        &brought,
        &[
            "BIÊN BẢN GIAO NHẬN HỒ SƠ",
            "Số lượng hồ sơ: 06, trong đó 05 đầy đủ, 01 chưa đầy đủ",
            "Thời gian giao nhận là thời gian nộp của các hồ sơ đầy đủ.",
        ],
    );
    let taken = text(FORM_SETS[1], &specimen::<PostRecord>("to-post").unwrap());
    assert_says(&taken, &["BIÊN BẢN GIAO NHẬN KẾT QUẢ", "Bên nhận: Bưu cục Bộc Bố"]);
}

#[test]
fn a_referral_can_be_answered_by_whoever_holds_the_paper() {
    let referral: Referral = specimen("usual").unwrap();
    let letter = OnDisk::new(&paper::print(FORM_SETS[1], &referral).pdf);
    let link = referral.link.unwrap();
    assert_says(&letter.text(), &["Đề nghị trả lời trước: 17 giờ 00 phút, ngày 14/05/2018", &link]);
    assert!(letter.scan(150).contains(&format!("QR-Code:{link}")));
}

#[test]
fn every_letter_without_a_number_leaves_room_for_one() {
    // [LET-08]
    for kind in ["supplement", "refusal", "apology", "stop", "referral", "hand-over-slip", "result-slip", "post-slip"] {
        let text = OnDisk::new(&paper::print_specimen(kind, FORM_SETS[1], "least", ISSUED).pdf).text();
        assert!(text.contains("Số: /"), "{kind}: {text}");
    }
}

#[test]
fn dates_are_written_as_official_papers_write_them() {
    // [LET-06]
    let made_on = Moment { year: 2019, month: 2, day: 1, hour: 8, minute: 0 };
    let letter = Apology { made_on, ..specimen("usual").unwrap() };
    assert_says(&text(FORM_SETS[0], &letter), &["Pác Nặm, ngày 01 tháng 02 năm 2019"]);
}

#[test]
fn a_number_is_written_as_official_papers_write_it() {
    // [LET-02]
    let letter = Refusal { number: Some(5), ..specimen("examination").unwrap() };
    assert_says(&text(FORM_SETS[0], &letter), &["Số: 05/TC-UBND"]);
    assert_says(&text(FORM_SETS[0], &specimen::<Supplement>("usual").unwrap()), &["Số: 12/HDHS Pác Nặm"]);
}
