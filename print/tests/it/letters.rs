use motcua_print::{Printed, Receipt, Refusal};

use crate::specimen;
use crate::tools::OnDisk;

const LAWS: [&str; 2] = ["tt01-2018", "tt03-2025"];

fn receipt(law: &str, receipt: &Receipt) -> Printed {
    let template = specimen::template(&format!("receipt.{law}.typ"));
    specimen::set_receipt(&specimen::press(), &template, receipt)
}

fn refusal(law: &str, refusal: &Refusal) -> Printed {
    let template = specimen::template(&format!("refusal.{law}.typ"));
    specimen::set_refusal(&specimen::press(), &template, refusal)
}

fn assert_says(text: &str, facts: &[&str]) {
    for fact in facts {
        assert!(text.contains(fact), "{fact:?} is not on the letter: {text}");
    }
}

#[test]
fn a_receipt_says_everything_the_form_asks() {
    for law in LAWS {
        let printed = receipt(law, &specimen::full_receipt());
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
        let printed = receipt(law, &specimen::full_receipt());
        assert_eq!(printed.pages, 1);
        let info = OnDisk::new(&printed.pdf).info();
        assert!(info.contains("Page size:       419.528 x 595.276 pts"), "148 × 210 mm: {info}");
        assert!(!OnDisk::new(&printed.pdf).text().contains("Trang 1/1"), "one sheet needs no page number");
    }
}

#[test]
fn a_long_receipt_goes_on_with_the_head_of_the_table_and_the_code() {
    let printed = receipt("tt01-2018", &specimen::long_receipt());
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
fn a_corrected_receipt_says_which_it_voids_and_why() {
    let text = OnDisk::new(&receipt("tt01-2018", &specimen::reissued_receipt()).pdf).text();
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
    let least = Receipt {
        phone: None,
        id_number: None,
        procedure_code: None,
        fee_amount: None,
        fee_way: motcua_print::FeeWay::None,
        papers: vec![],
        hotline: None,
        website: None,
        address: String::new(),
        ..specimen::receipt()
    };
    let printed = receipt("tt03-2025", &least);
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
    let before = OnDisk::new(&receipt("tt01-2018", &specimen::receipt()).pdf).text();
    let after = OnDisk::new(&receipt("tt03-2025", &specimen::receipt()).pdf).text();
    assert_says(&before, &["Số CMND/Thẻ căn cước/Hộ chiếu: 095000000", "(Liên: Lưu / Giao khách hàng)"]);
    assert_says(&after, &["Số định danh cá nhân/Thẻ căn cước/Hộ chiếu: 095000000"]);
    assert!(!after.contains("Liên:"));
}

#[test]
fn a_refusal_gives_its_reasons_and_is_signed_by_the_right_person() {
    for law in LAWS {
        let at_intake = refusal(law, &specimen::refusal());
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
        let after = OnDisk::new(&refusal(law, &specimen::refusal_after_examination()).pdf).text();
        assert_says(&after, &["Số: 12/TC", "Mã hồ sơ: 000.00.15.H03-180504-0001", "TRƯỞNG PHÒNG"]);
        assert!(!after.contains("NGƯỜI TIẾP NHẬN HỒ SƠ"));
    }
}

#[test]
fn letters_are_kept_for_the_archive() {
    let letter = OnDisk::new(&receipt("tt01-2018", &specimen::receipt()).pdf);
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
