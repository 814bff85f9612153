//! Sets every specimen letter into a folder, to be looked at while a template is being changed, and says how long a letter
//! takes: `cargo run -p motcua-print --example proof -- FOLDER`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, dead_code)]

#[path = "../tests/it/specimen.rs"]
mod specimen;

use std::time::Instant;

fn main() {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).expect("a folder to write to"));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let press = specimen::press();
    for law in ["tt01-2018", "tt03-2025"] {
        let template = specimen::template(&format!("receipt.{law}.typ"));
        for (name, receipt) in [
            ("plain", specimen::receipt()),
            ("full", specimen::full_receipt()),
            ("reissued", specimen::reissued_receipt()),
            ("long", specimen::long_receipt()),
        ] {
            let printed = specimen::set_receipt(&press, &template, &receipt);
            println!("receipt.{law} {name}: {} pages {:?}", printed.pages, printed.warnings);
            std::fs::write(folder.join(format!("receipt-{law}-{name}.pdf")), printed.pdf).expect("written");
        }
        let template = specimen::template(&format!("refusal.{law}.typ"));
        for (name, refusal) in [("intake", specimen::refusal()), ("examination", specimen::refusal_after_examination())]
        {
            let printed = specimen::set_refusal(&press, &template, &refusal);
            println!("refusal.{law} {name}: {} pages {:?}", printed.pages, printed.warnings);
            std::fs::write(folder.join(format!("refusal-{law}-{name}.pdf")), printed.pdf).expect("written");
        }
    }
    time_receipts(&press);
}

/// Each letter is another person's, as at the counter.
fn time_receipts(press: &motcua_print::Press) {
    let template = specimen::template("receipt.tt01-2018.typ");
    let mut times: Vec<u128> = (0..200)
        .map(|i| {
            let mut receipt = specimen::full_receipt();
            receipt.code = format!("000.00.15.H03-180504-{i:04}");
            receipt.tracking_url = format!("https://motcua.example/tra-cuu/{}", receipt.code);
            receipt.submitter = format!("Nguyễn Văn A {i}");
            receipt.address = format!("số nhà {i}, thôn Nặm Mây, xã Bộc Bố");
            let start = Instant::now();
            specimen::set_receipt(press, &template, &receipt);
            start.elapsed().as_micros()
        })
        .collect();
    let first = times.first().copied().unwrap_or_default();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("microseconds a receipt: first {first}, p50 {}, p95 {}, p99 {}", at(50), at(95), at(99));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("memory unknown"));
}
