#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use clap::Parser as _;
use motcua_domain::deadline::PromiseTime;
use serde_json::Value;

use super::*;

#[derive(clap::Parser)]
struct Cli {
    #[command(subcommand)]
    command: ClockCommand,
}

fn calendar() -> Calendar {
    let pack = read_pack("pac-nam-2018").unwrap();
    pack::calendar_of(&pack.hours, &pack.days, &pack.site.main_agency).unwrap()
}

fn terminal(locale: Locale) -> Terminal {
    Terminal { texts: Texts::embedded().unwrap(), locale, json: true }
}

/// What a batch answers, a line for a line.
fn batch(locale: Locale, questions: impl AsRef<[u8]>) -> Vec<Value> {
    let (calendar, terminal) = (calendar(), terminal(locale));
    let say = |sentence: &Sentence| terminal.say(sentence);
    let batch = Batch { calendar: &calendar, promise: PromiseTime::Closing, say: &say };
    let mut answers = Vec::new();
    batch.run(questions.as_ref(), &mut answers).unwrap();
    let text = String::from_utf8(answers).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What `motcua clock due` answers to its arguments.
fn due(calendar: &Calendar, arguments: &[&str]) -> Result<Value, String> {
    let all = ["motcua", "due"].iter().chain(arguments);
    let ClockCommand::Due(args) = Cli::try_parse_from(all).map_err(|error| error.to_string())?.command;
    let terminal = terminal(Locale::from_tag(&args.lang).unwrap());
    match ask(&args, calendar, PromiseTime::Closing) {
        Ok(answer) => Ok(terminal.shown(&answer).unwrap()),
        Err(sentence) => Err(terminal.say(&sentence)),
    }
}

#[test]
fn the_moment_its_start_and_a_sentence_for_each_step() {
    let question =
        ["--received", "2018-04-24T15:40", "--limit", "3 ngày làm việc", "--cutoff", "15:00", "--lang", "vi"];
    let calendar = calendar();
    let answer = due(&calendar, &question).unwrap();
    assert_eq!(
        (answer["due"].as_str(), answer["start"].as_str()),
        (Some("2018-05-03T17:00"), Some("2018-04-26T07:30"))
    );
    let rules: Vec<&str> = answer["steps"].as_array().unwrap().iter().map(|s| s["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["CLK-04", "CLK-05", "CLK-10"]);
    assert_eq!(answer["steps"][2]["text"], "Hạn trả kết quả là khi hết giờ làm việc của ngày đó: 03/05/2018 17:00.");
    let paused = ["--received", "2018-11-05T09:00", "--limit", "16 giờ làm việc"];
    let pauses = ["--pause", "2018-11-05T10:00/2018-11-05T16:00", "--pause", "2018-11-05T15:00/2018-11-06T14:00"];
    assert_eq!(due(&calendar, &[&paused[..], &pauses].concat()).unwrap()["due"], "2018-11-08T11:30");
    let open = due(&calendar, &[&paused[..], &["--pause", "2018-11-05T10:00/"]].concat()).unwrap();
    assert_eq!((&open["due"], open["paused_since"].as_str()), (&Value::Null, Some("2018-11-05T10:00")));
}

#[test]
fn what_is_not_understood_is_said_and_not_guessed() {
    let calendar = calendar();
    for (arguments, said) in [
        (vec!["--received", "2018-04-24", "--limit", "3 days"], "“2018-04-24” is not a date with a time of day."),
        (vec!["--received", "2018-04-24T15:40+07", "--limit", "3 days"], "“2018-04-24T15:40+07” is not a date with"),
        (vec!["--received", "2018-02-30T15:40", "--limit", "3 days"], "“2018-02-30T15:40” is not a date with"),
        (vec!["--received", "2018-04-24T15:40", "--limit", "3 dayz"], "The limit “3 dayz” was not understood."),
        (vec!["--received", "2018-04-24T15:40", "--limit", ""], "The limit “” was not understood."),
        (vec!["--received", "2018-04-24T15:40", "--limit", "0 months"], "The time limit is 0."),
        (
            vec!["--received", "2018-04-24T15:40", "--limit", "3 days", "--cutoff", "3 pm"],
            "“3 pm” is not a time of day.",
        ),
        (vec!["--received", "2018-04-24T15:40", "--limit", "3 days", "--pause", "x"], "“x” is not a pause."),
        (
            vec!["--received", "2018-04-24T15:40", "--limit", "3 days", "--pause", "2018-04-26T10:00/2018-04-26T09:00"],
            "The pause ends (26 April 2018, 09:00) before it begins (26 April 2018, 10:00).",
        ),
        (
            vec!["--received", "2035-04-24T15:40", "--limit", "3 days"],
            "The working calendar has no public holidays for 2035",
        ),
        (vec!["--limit", "3 days"], "--received"),
        (vec!["--received", "2018-04-24T15:40", "--limit", "3 days", "--batch", "-"], "--batch"),
    ] {
        let answer = due(&calendar, &arguments).unwrap_err();
        assert!(answer.contains(said), "{arguments:?}: {answer}");
    }
}

/// Every kind of bad line, each with a good one after it.
#[test]
fn a_batch_answers_a_line_for_a_line_and_goes_on_after_a_bad_one() {
    let (received, limit) = (r#""received":"2018-11-05T09:00""#, r#""limit":"1 working day""#);
    let bad = [
        (String::new(), "The line is empty."),
        ("   ".into(), "The line is empty."),
        ("{\"received\":".into(), "The line is not JSON (column"),
        ("[1, 2]".into(), "The line must be a JSON object"),
        (format!("{{{received}}}"), "The field “limit” is missing."),
        (format!("{{{limit}}}"), "The field “received” is missing."),
        (format!("{{{received},{limit},\"pause\":[]}}"), "There is no field “pause”"),
        (format!("{{{received},\"limit\":3}}"), "The field “limit” must be a text."),
        (format!("{{{received},\"limit\":\"3 fortnights\"}}"), "The limit “3 fortnights” was not understood."),
        (format!("{{{received},\"limit\":\"0 months\"}}"), "The time limit is 0."),
        (format!("{{{received},{limit},\"cutoff\":\"25:00\"}}"), "“25:00” is not a time of day."),
        (format!("{{{received},{limit},\"pauses\":{{}}}}"), "The field “pauses” must be a list"),
        (format!("{{{received},{limit},\"pauses\":[[\"2018-11-05T10:00\"]]}}"), "The field “pauses” must be a list"),
        (format!("{{{received},{limit},\"pauses\":[[\"x\",null]]}}"), "“x” is not a date with a time of day."),
        (
            format!("{{{received},{limit},\"pauses\":[[\"2018-11-05T10:00\",\"2018-11-05T09:00\"]]}}"),
            "The pause ends (5 November 2018, 09:00) before it begins",
        ),
        (format!("{{\"received\":\"2035-11-05T09:00\",{limit}}}"), "no public holidays for 2035"),
    ];
    let good = format!("{{{received},{limit},\"cutoff\":null,\"pauses\":null}}");
    let lines: Vec<String> = bad.iter().flat_map(|(line, _)| [line.clone(), good.clone()]).collect();
    let answers = batch(Locale::En, lines.join("\n"));
    assert_eq!(answers.len(), lines.len());
    for (pair, (line, said)) in answers.chunks(2).zip(&bad) {
        let error = pair[0]["error"].as_str().unwrap_or_default();
        assert!(error.contains(said), "{line}: {}", pair[0]);
        assert_eq!(pair[1], serde_json::json!({ "due": "2018-11-06T17:00" }), "after {line}");
    }
    let bytes = [b"\xff\xfe\n".as_slice(), good.as_bytes(), b"\r\n"].concat();
    let answers = batch(Locale::Vi, bytes);
    assert!(answers[0]["error"].as_str().unwrap().starts_with("Dòng không phải JSON"), "{}", answers[0]);
    assert_eq!(answers[1]["due"], "2018-11-06T17:00");
}

#[test]
fn a_batch_answers_an_open_pause_and_nothing_to_nothing() {
    let open = r#"{"received":"2018-11-05T09:00","limit":"5 ngày làm việc","pauses":[["2018-11-07T10:00",null]]}"#;
    let marked = format!("\u{feff}{open}");
    assert_eq!(batch(Locale::En, marked), [serde_json::json!({ "due": null, "paused_since": "2018-11-07T10:00" })]);
    assert_eq!(batch(Locale::En, ""), Vec::<Value>::new());
}
