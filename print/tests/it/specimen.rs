//! Specimen letters with the press of the project's own fonts and templates: for the tests and for `examples/proof.rs`.

use std::borrow::Cow;
use std::path::PathBuf;

use motcua_print::{
    FeeWay, MadeAt, Moment, Order, Owner, Paper, Press, PrintError, Printed, Receipt, Refusal, ReturnVia, Stage,
    Standard, Template, Voids,
};
use serde::Serialize;

pub const MADE_AT: MadeAt = MadeAt { year: 2018, month: 5, day: 4, hour: 15, minute: 10, utc_offset_minutes: 7 * 60 };

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn press() -> Press {
    let fonts = ["Regular", "Bold", "Italic", "BoldItalic"].map(|style| {
        let file = project().join(format!("assets/fonts/Tinos-{style}.ttf"));
        Cow::Owned(std::fs::read(file).expect("the fonts are in the project"))
    });
    Press::new(fonts.into()).expect("the fonts are readable")
}

pub fn template(name: &str) -> Template {
    let read = |file: &str| {
        std::fs::read_to_string(project().join("templates/letters").join(file)).expect("the template is in the project")
    };
    let shared = ["common.typ", "receipt.typ", "refusal.typ"].map(|file| (file, read(file)));
    let shared: Vec<(&str, &str)> = shared.iter().map(|(file, text)| (*file, text.as_str())).collect();
    Template::new(name, &read(name), &shared).expect("the file names are usable")
}

pub fn set(
    press: &Press,
    template: &Template,
    data: &impl Serialize,
    images: Vec<(String, Vec<u8>)>,
) -> Result<Printed, PrintError> {
    let data = serde_json::to_value(data).expect("a letter is JSON");
    press.set(&Order { template, data: &data, images, made_at: MADE_AT, standard: Standard::PdfA2b })
}

pub fn set_receipt(press: &Press, template: &Template, receipt: &Receipt) -> Printed {
    let images = receipt.images().expect("code and address have pictures");
    set(press, template, receipt, images).expect("the receipt is set")
}

pub fn set_refusal(press: &Press, template: &Template, refusal: &Refusal) -> Printed {
    let images = refusal.images().expect("code and address have pictures");
    set(press, template, refusal, images).expect("the refusal is set")
}

const PAPERS: [&str; 8] = [
    "Tờ khai đăng ký kết hôn theo mẫu, có đủ thông tin của hai bên nam, nữ",
    "Giấy xác nhận tình trạng hôn nhân do Ủy ban nhân dân cấp xã nơi cư trú cấp, còn giá trị sử dụng",
    "Giấy chứng minh nhân dân hoặc hộ chiếu của hai bên",
    "Sổ hộ khẩu",
    "Giấy khám sức khỏe",
    "Trích lục ghi chú ly hôn (nếu có)",
    "Giấy ủy quyền",
    "Ảnh 3 × 4",
];

pub fn papers(count: usize) -> Vec<Paper> {
    let paper = |(i, name): (usize, &&str)| Paper {
        name: (*name).to_owned(),
        originals: u32::from(i % 3 != 2),
        certified: u32::from(i % 4 == 1),
        copies: if i % 3 == 2 { 2 } else { 0 },
    };
    PAPERS.iter().cycle().take(count).enumerate().map(paper).collect()
}

pub fn receipt() -> Receipt {
    Receipt {
        agency_parent: "Ủy ban nhân dân huyện Pác Nặm".into(),
        unit_name: "Bộ phận Tiếp nhận và Trả kết quả".into(),
        place_name: "Pác Nặm".into(),
        code: "000.00.15.H03-180504-0001".into(),
        receipt_no: 1,
        voids: None,
        submitter: "Nguyễn Văn A".into(),
        submitter_for: None,
        address: "thôn Nặm Mây, xã Bộc Bố, huyện Pác Nặm, tỉnh Bắc Kạn".into(),
        phone: Some("0900 000 000".into()),
        email: None,
        id_number: Some("095000000".into()),
        procedure_name: "Đăng ký kết hôn có yếu tố nước ngoài".into(),
        procedure_code: Some("2.000806".into()),
        fee_way: FeeWay::Before,
        fee_amount: Some("1.000.000 đồng".into()),
        papers: papers(3),
        sets: 1,
        limit_text: Some("15 ngày làm việc".into()),
        received_at: Moment { year: 2018, month: 5, day: 4, hour: 9, minute: 5 },
        due_at: Some(Moment { year: 2018, month: 5, day: 25, hour: 9, minute: 5 }),
        return_via: ReturnVia::Counter,
        return_address: None,
        notes: vec![],
        tracking_url: "https://motcua.example/tra-cuu/000.00.15.H03-180504-0001".into(),
        hotline: Some("0209 3000 000".into()),
        website: Some("motcua.example".into()),
        officer_name: "Cán bộ một cửa số 1".into(),
        made_on: Moment { year: 2018, month: 5, day: 4, hour: 9, minute: 5 },
    }
}

/// The fullest receipt that must stay on one sheet: eight papers, somebody else's matter, every field filled.
pub fn full_receipt() -> Receipt {
    Receipt {
        submitter_for: Some(Owner {
            name: "Nguyễn Thị B".into(),
            address: "thôn Khuổi Bẻ, xã Bằng Thành, huyện Pác Nặm, tỉnh Bắc Kạn".into(),
        }),
        email: Some("nguyenvana@motcua.example".into()),
        papers: papers(8),
        ..receipt()
    }
}

pub fn reissued_receipt() -> Receipt {
    Receipt {
        receipt_no: 2,
        voids: Some(Voids { receipt_no: 1, reason: "Ghi nhầm số điện thoại của người nộp".into() }),
        papers: papers(5),
        ..receipt()
    }
}

pub fn long_receipt() -> Receipt {
    Receipt {
        unit_name: "Trung tâm Phục vụ hành chính công, kiểm soát thủ tục hành chính và hỗ trợ doanh nghiệp".into(),
        submitter: "Công ty trách nhiệm hữu hạn một thành viên thương mại, dịch vụ và xây dựng Nguyễn Văn A".into(),
        procedure_name: "Cấp giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất \
            cho người nhận chuyển nhượng quyền sử dụng đất, mua nhà ở, công trình xây dựng trong các dự án phát triển \
            nhà ở và trong các dự án kinh doanh bất động sản không phải dự án phát triển nhà ở"
            .into(),
        email: Some("vanphonggiaodichso1congtynguyenvanachinhanhpacnam@thu-dien-tu.motcua.example".into()),
        papers: papers(25),
        limit_text: None,
        due_at: None,
        fee_way: FeeWay::Exempt,
        fee_amount: None,
        return_via: ReturnVia::Post,
        return_address: Some("thôn Nặm Mây, xã Bộc Bố, huyện Pác Nặm".into()),
        notes: vec!["Hồ sơ có bản đồ khổ A3, nhận lại cùng kết quả.".into()],
        ..full_receipt()
    }
}

pub fn refusal() -> Refusal {
    Refusal {
        agency_parent: "Ủy ban nhân dân huyện Pác Nặm".into(),
        unit_name: "Bộ phận Tiếp nhận và Trả kết quả".into(),
        place_name: "Pác Nặm".into(),
        code: None,
        refusal_no: None,
        stage: Stage::Intake,
        submitter: "Nguyễn Văn A".into(),
        address: "thôn Nặm Mây, xã Bộc Bố, huyện Pác Nặm, tỉnh Bắc Kạn".into(),
        phone: Some("0900 000 000".into()),
        email: None,
        procedure_name: "Cấp giấy phép xây dựng nhà ở riêng lẻ".into(),
        procedure_code: None,
        reasons: vec![
            "Thửa đất nằm trong hành lang bảo vệ đường bộ, không thuộc trường hợp được cấp giấy phép.".into(),
            "Hồ sơ thiếu bản vẽ thiết kế.".into(),
        ],
        legal_ground: Some("Luật Xây dựng".into()),
        tracking_url: None,
        hotline: Some("0209 3000 000".into()),
        website: Some("motcua.example".into()),
        signer_name: "Cán bộ một cửa số 1".into(),
        signer_position: None,
        made_on: Moment { year: 2018, month: 5, day: 4, hour: 9, minute: 5 },
    }
}

pub fn refusal_after_examination() -> Refusal {
    Refusal {
        code: Some("000.00.15.H03-180504-0001".into()),
        refusal_no: Some("12/TC".into()),
        stage: Stage::Examination,
        tracking_url: Some("https://motcua.example/tra-cuu/000.00.15.H03-180504-0001".into()),
        signer_name: "Nguyễn Văn A".into(),
        signer_position: Some("Trưởng phòng".into()),
        ..refusal()
    }
}
