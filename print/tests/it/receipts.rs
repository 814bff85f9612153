use motcua_print::{FeeWay, Issuer, LocalDue, Moment, Person, Procedure, Receipt, Refusal, specimen};

use crate::paper::{self, FORM_SETS as LAWS};
use crate::tools::{OnDisk, assert_says};

fn receipt(name: &str) -> Receipt {
    specimen(name).unwrap()
}

fn refusal(name: &str) -> Refusal {
    specimen(name).unwrap()
}

#[test]
fn a_receipt_says_everything_the_form_asks() {
    for law in LAWS {
        let printed = paper::print(law, &receipt("full"));
        assert_eq!(printed.warnings, Vec::<String>::new());
        let text = OnDisk::new(&printed.pdf).text();
        assert_says(
            &text,
            &[
                "ỦY BAN NHÂN DÂN HUYỆN PÁC NẶM",
                "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                "Pác Nặm, ngày 04 tháng 5 năm 2018",
                "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
                "Mã hồ sơ: 000.00.15.H03-180504-0001",
                "Tiếp nhận hồ sơ của Ông (Bà): Nguyễn Văn A",
                "Địa chỉ: thôn Nặm Mây, xã Bộc Bố, huyện Pác Nặm, tỉnh Bắc Kạn",
                "Số điện thoại: 0900 000 000",
                "Email: nguyenvana@motcua.example",
                "Hộ chiếu: 095000000",
                "Đăng ký kết hôn có yếu tố nước ngoài",
                "2.000806",
                "Chủ hồ sơ: Nguyễn Thị B",
                "Địa chỉ chủ hồ sơ: thôn Khuổi Bẻ, xã Bằng Thành",
                "Hình thức thu phí, lệ phí: Thu trước – 1.000.000 đồng",
                "Giấy chứng minh nhân dân hoặc hộ chiếu của hai bên",
                "Số lượng hồ sơ: 01 (bộ)",
                "theo quy định là: 15 ngày làm việc",
                "Thời gian nhận hồ sơ: 09 giờ 05 phút, ngày 04/05/2018",
                "Sau 09 giờ 05 phút, ngày 25/05/2018",
                "× Nơi nộp hồ sơ",
                "motcua.example",
                "0209 3000 000",
                "NGƯỜI NỘP HỒ SƠ",
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
                "Cán bộ một cửa số 1",
            ],
        );
        assert!(!text.contains("thay thế"), "a first receipt replaces nothing");
    }
}

#[test]
fn a_receipt_of_eight_papers_is_one_sheet_of_a5() {
    for law in LAWS {
        let printed = paper::print(law, &receipt("full"));
        assert_eq!(printed.pages, 1);
        let info = OnDisk::new(&printed.pdf).info();
        assert!(info.contains("Page size:       419.528 x 595.276 pts"), "148 × 210 mm: {info}");
        assert!(!OnDisk::new(&printed.pdf).text().contains("Trang 1/1"), "one sheet needs no page number");
    }
}

#[test]
fn a_long_receipt_goes_on_with_the_head_of_the_table_and_the_code() {
    let printed = paper::print("tt01-2018", &receipt("long"));
    assert_eq!(printed.pages, 2);
    let text = OnDisk::new(&printed.pdf).text();
    assert_eq!(text.matches("Thành phần hồ sơ Bản Bản chứng Bản").count(), 2, "{text}");
    assert_says(
        &text,
        &[
            "Mã hồ sơ: 000.00.15.H03-180504-0001 Trang 1/2",
            "Mã hồ sơ: 000.00.15.H03-180504-0001 Trang 2/2",
            "theo quy định là: Không quy định",
            "Không có ngày hẹn trả cụ thể",
            "Hình thức thu phí, lệ phí: Miễn thu",
            "× Qua bưu chính",
            "Địa chỉ nhận kết quả qua bưu chính: thôn Nặm Mây",
            "Hồ sơ có bản đồ khổ A3, nhận lại cùng kết quả.",
        ],
    );
}

#[test]
fn a_receipt_shows_the_date_of_the_receiving_office_beside_the_total() {
    // [LET-11]
    let at = Moment { year: 2018, month: 5, day: 9, hour: 17, minute: 0 };
    let local_due = Some(LocalDue { office: "Ủy ban nhân dân xã Bộc Bố".into(), at });
    for law in LAWS {
        let text =
            OnDisk::new(&paper::print(law, &Receipt { local_due: local_due.clone(), ..receipt("usual") }).pdf).text();
        assert_says(
            &text,
            &[
                "Thời gian trả kết quả giải quyết hồ sơ: Sau 09 giờ 05 phút, ngày 25/05/2018",
                "Trong đó, thời hạn tại Ủy ban nhân dân xã Bộc Bố: 17 giờ 00 phút, ngày 09/05/2018",
            ],
        );
    }
}

#[test]
fn a_receipt_before_its_code_is_given_leaves_room_for_it() {
    let printed = paper::print("tt03-2025", &receipt("least"));
    let letter = OnDisk::new(&printed.pdf);
    assert_says(&letter.text(), &["Mã hồ sơ: Pác Nặm, ngày 04", "Không có ngày hẹn trả cụ thể"]);
    assert!(letter.scan(150).is_empty(), "nothing to scan yet");
}

#[test]
fn a_corrected_receipt_says_which_it_voids_and_why() {
    let text = OnDisk::new(&paper::print("tt01-2018", &receipt("corrected")).pdf).text();
    assert_says(
        &text,
        &[
            "Phiếu số 2, thay thế phiếu số 1. Phiếu số 1 không còn giá trị.",
            "Lý do: Ghi nhầm số điện thoại của người nộp.",
        ],
    );
}

#[test]
fn a_receipt_with_the_least_that_can_be_known_is_still_a_receipt() {
    let nobody = Person { address: String::new(), phone: None, id_number: None, ..receipt("usual").submitter };
    let least = Receipt {
        submitter: nobody,
        procedure: Procedure { code: None, ..receipt("usual").procedure },
        fee_amount: None,
        fee_way: FeeWay::None,
        papers: vec![],
        issuer: Issuer { hotline: None, website: None, ..receipt("usual").issuer },
        ..receipt("usual")
    };
    let printed = paper::print("tt03-2025", &least);
    let text = OnDisk::new(&printed.pdf).text();
    assert_eq!(printed.pages, 1);
    assert_says(
        &text,
        &[
            "Địa chỉ: Số điện thoại: Email: Số định danh",
            "Hộ chiếu: Nội dung",
            "Không thu",
            "Tra cứu tiến độ bằng mã QR.",
        ],
    );
}

#[test]
fn the_names_of_the_identity_number_follow_the_law_in_force() {
    let before = OnDisk::new(&paper::print("tt01-2018", &receipt("usual")).pdf).text();
    let after = OnDisk::new(&paper::print("tt03-2025", &receipt("usual")).pdf).text();
    assert_says(&before, &["Số CMND/Thẻ căn cước/Hộ chiếu: 095000000", "(Liên: Lưu / Giao khách hàng)"]);
    assert_says(&after, &["Số định danh cá nhân/Thẻ căn cước/Hộ chiếu: 095000000"]);
    assert!(!after.contains("Liên:"));
}

#[test]
fn a_refusal_gives_its_reasons_and_is_signed_by_the_right_person() {
    for law in LAWS {
        let at_intake = paper::print(law, &refusal("usual"));
        assert_eq!((at_intake.pages, at_intake.warnings.len()), (1, 0));
        let text = OnDisk::new(&at_intake.pdf).text();
        assert_says(
            &text,
            &[
                "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
                "Tiếp nhận hồ sơ của Ông (Bà): Nguyễn Văn A",
                "Nội dung yêu cầu giải quyết: Cấp giấy phép xây dựng nhà ở riêng lẻ",
                "Qua xem xét, Bộ phận Tiếp nhận và Trả kết quả thông báo không tiếp nhận",
                "– Thửa đất nằm trong hành lang bảo vệ đường bộ",
                "– Hồ sơ thiếu bản vẽ thiết kế.",
                "Căn cứ: Luật Xây dựng",
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
            ],
        );
        let after = OnDisk::new(&paper::print(law, &refusal("examination")).pdf).text();
        assert_says(&after, &["Số: 05/TC-UBND", "Mã hồ sơ: 000.00.15.H03-180504-0001", "KT. CHỦ TỊCH"]);
        assert!(!after.contains("NGƯỜI TIẾP NHẬN HỒ SƠ"));
    }
}

#[test]
fn letters_are_kept_for_the_archive() {
    let letter = OnDisk::new(&paper::print("tt01-2018", &receipt("usual")).pdf);
    let metadata = letter.metadata();
    assert_says(
        &metadata,
        &[
            "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
            "Giấy tiếp nhận hồ sơ và hẹn trả kết quả – 000.00.15.H03-180504-0001",
            "<rdf:li>vi-VN</rdf:li>",
            "<xmp:CreateDate>2018-05-04T15:10:00+07:00</xmp:CreateDate>",
        ],
    );
    let fonts = letter.fonts();
    let faces: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(faces.len(), 3, "{fonts}");
    assert!(faces.iter().all(|face| face.contains("Tinos") && face.contains("yes yes yes")), "embedded: {fonts}");
}
