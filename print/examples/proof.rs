//! Sets every specimen letter into a folder, to be looked at while a template is being changed, and says how long letters
//! take: `cargo run -p motcua-print --example proof -- FOLDER [KIND]`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    dead_code
)]

#[path = "../tests/it/paper.rs"]
mod paper;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use motcua_print::{Letter, Order, Press, Receipt, Register, Template, kinds, specimen, specimens};
use serde_json::Value;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = std::path::PathBuf::from(arguments.next().expect("a folder to write to"));
    let only = arguments.next();
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let press = paper::press();
    let start = Instant::now();
    let templates = paper::templates();
    println!("{} templates read in {:?}", templates.len(), start.elapsed());
    write_specimens(&press, &templates, &folder, only.as_deref());
    let of = |kind: &str| only.as_deref().is_none_or(|only| only == kind);
    for kind in kinds().filter(|kind| of(kind)) {
        time_kind(&press, &templates, kind);
    }
    if only.is_none() {
        time_mixed(&press, &templates);
    }
    if of(Receipt::KIND) {
        time_batch(&press, &templates, &folder);
    }
    if of(Register::KIND) {
        time_register(&press, &templates, &folder);
    }
}

fn write_specimens(press: &Press, templates: &BTreeMap<String, Template>, folder: &Path, only: Option<&str>) {
    for (name, template) in templates.iter().filter(|(_, template)| only.is_none_or(|kind| kind == template.kind())) {
        for specimen in specimens(template.kind()).expect("the kind has specimens") {
            let file = format!("{}-{}", name.trim_end_matches(".typ"), specimen.name);
            for (run, end) in [(paper::ISSUED, ""), (paper::PREVIEW, "-preview")] {
                if !end.is_empty() && specimen.name != "usual" {
                    continue;
                }
                match paper::set(press, template, &specimen.data, specimen.images.clone(), run) {
                    Ok(printed) => {
                        println!("{file}{end}: {} pages {:?}", printed.pages, printed.warnings);
                        std::fs::write(folder.join(format!("{file}{end}.pdf")), printed.pdf).expect("written");
                    }
                    Err(fault) => println!("{file}{end}: {fault}"),
                }
            }
        }
    }
}

/// The same letter for another person, as at the counter: nothing may be remembered from the one before.
fn of_another(data: &Value, i: usize) -> Value {
    let text = data.to_string();
    let text = text.replace("Nguyễn Văn A", &format!("Nguyễn Văn A {i}")).replace("Nặm Mây", &format!("Nặm {i}"));
    serde_json::from_str(&text.replace("-0001", &format!("-{:04}", i + 2))).expect("it is still JSON")
}

fn time_kind(press: &Press, templates: &BTreeMap<String, Template>, kind: &str) {
    let template = templates.get(&format!("{kind}.tt03-2025.typ")).expect("a template for each kind");
    let all = specimens(kind).expect("the kind has specimens");
    for specimen in all.into_iter().filter(|specimen| ["usual", "full"].contains(&specimen.name.as_str())) {
        let times = (0..60).map(|i| {
            let data = of_another(&specimen.data, i);
            let start = processor_time();
            paper::set(press, template, &data, specimen.images.clone(), paper::ISSUED).expect("set");
            processor_time() - start
        });
        say(&format!("{kind} {}", specimen.name), times.collect());
    }
}

/// All kinds in turn: what the one before left in memory is of no use to the next.
fn time_mixed(press: &Press, templates: &BTreeMap<String, Template>) {
    let mut times = Vec::new();
    for i in 0..10 {
        for kind in kinds() {
            let template = templates.get(&format!("{kind}.tt03-2025.typ")).expect("a template for each kind");
            let specimen = specimens(kind).expect("specimens").pop().expect("usual is the last by name");
            let data = of_another(&specimen.data, i);
            let start = processor_time();
            paper::set(press, template, &data, specimen.images, paper::ISSUED).expect("set");
            times.push(processor_time() - start);
        }
    }
    say("all kinds in turn, usual", times);
}

fn time_batch(press: &Press, templates: &BTreeMap<String, Template>, folder: &Path) {
    let template = templates.get("receipt.tt03-2025.typ").expect("the receipt");
    let receipts: Vec<Receipt> = (0..200)
        .map(|i| {
            let mut receipt: Receipt = specimen("full").expect("a receipt");
            let code = format!("000.00.15.H03-180504-{:04}", i + 1);
            receipt.tracking_url = Some(format!("https://motcua.example/tra-cuu/{code}"));
            receipt.code = Some(code);
            receipt.submitter.name = format!("Nguyễn Văn A {i}");
            receipt
        })
        .collect();
    let data: Vec<Value> = receipts.iter().map(|receipt| serde_json::to_value(receipt).expect("JSON")).collect();
    let before = memory();
    let (start, busy) = (Instant::now(), processor_time());
    let orders: Vec<Order> = data
        .iter()
        .zip(&receipts)
        .map(|(data, receipt)| Order { template, data, images: receipt.images().expect("pictures") })
        .collect();
    let printed = press.set_many("200 receipts", &orders, paper::ISSUED).expect("set");
    println!(
        "200 receipts in one file: {:.1?} ({:.1?} of processor), {} pages, {} kB; memory {before} before, {} after, {} at most",
        start.elapsed(),
        processor_time() - busy,
        printed.pages,
        printed.pdf.len() / 1000,
        memory(),
        peak(),
    );
    std::fs::write(folder.join("batch.pdf"), printed.pdf).expect("written");
}

/// Nine months of one commune.
fn time_register(press: &Press, templates: &BTreeMap<String, Template>, folder: &Path) {
    let template = templates.get("register.tt01-2018.typ").expect("the register");
    let usual: Register = specimen("usual").expect("a register");
    let mut register = usual.clone();
    register.rows = usual.rows.iter().cycle().take(3000).cloned().collect();
    for (i, row) in register.rows.iter_mut().enumerate() {
        row.received_at.month = u8::try_from(1 + i / 334).expect("a month");
        row.code = format!("000.00.15.H03-18{:02}{:02}-{:04}", row.received_at.month, i % 28 + 1, i + 1);
    }
    let (start, busy) = (Instant::now(), processor_time());
    let parts = register.in_parts();
    let data: Vec<Value> = parts.iter().map(|part| serde_json::to_value(part).expect("JSON")).collect();
    let orders: Vec<Order> = data.iter().map(|data| Order { template, data, images: vec![] }).collect();
    let printed = press.set_many("Sổ theo dõi hồ sơ", &orders, paper::ISSUED).expect("set");
    println!(
        "register of 3,000 rows in {} parts: {:.1?} ({:.1?} of processor), {} pages, {} kB; memory {} after, {} at most",
        parts.len(),
        start.elapsed(),
        processor_time() - busy,
        printed.pages,
        printed.pdf.len() / 1000,
        memory(),
        peak(),
    );
    std::fs::write(folder.join("register.pdf"), printed.pdf).expect("written");
}

fn say(what: &str, mut times: Vec<Duration>) {
    let first = times.first().copied().unwrap_or_default();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{what}: first {first:.1?}, p50 {:.1?}, p95 {:.1?}", at(50), at(95));
}

/// What this program and its threads have cost of the processors, whatever else runs on the machine.
fn processor_time() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let told = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

fn memory() -> String {
    status("VmRSS")
}

fn peak() -> String {
    status("VmHWM")
}

fn status(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}
