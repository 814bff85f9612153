//! Where figures may be bent: each sign with its rate, what is normal, the cases, and how they count by both formulas.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use motcua_domain::figures::{Figures, Period, Share};
use motcua_domain::monitor::{Burst, FARTHEST, Limits, Normal, Sign, burst, median, normal};
use serde::Serialize;

use super::tables::Cell;
use super::{Asked, Choice, Chosen, Scope};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::web::form::percent;
use crate::platform::web::{Answer, App, FormState, Req, page_with};
use crate::record::figures;
use crate::record::figures::overview::read::{self, Cases};
use crate::view::reports::{behind_address, share};

#[derive(Serialize)]
struct MonitorPage {
    form: FormState,
    agencies: Vec<Choice>,
    overview: String,
    shown: Option<Shown>,
}

#[derive(Serialize)]
struct Shown {
    agency: String,
    period: String,
    share: String,
    lenient: String,
    counted: i64,
    /// By which the lenient formula says more.
    overdue: i64,
    excused: i64,
    signs: Vec<SignShown>,
    bursts: Vec<BurstShown>,
    series: Vec<SeriesShown>,
    limits: Limits,
}

#[derive(Serialize)]
struct SignShown {
    key: &'static str,
    cases: Cell,
    base: i64,
    rate: String,
    normal: String,
    unusual: bool,
    settled: i64,
    kept: i64,
    lenient: i64,
    /// Agency by agency, where there are several.
    agencies: Vec<AgencyShown>,
}

#[derive(Serialize)]
struct AgencyShown {
    name: String,
    cases: Cell,
    base: i64,
    rate: String,
    normal: String,
    unusual: bool,
}

#[derive(Serialize)]
struct BurstShown {
    agency: String,
    from: String,
    to: String,
    settled: Cell,
    usual: i64,
}

#[derive(Serialize)]
struct SeriesShown {
    agency: String,
    day: String,
    by: String,
    number: Cell,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Query(query): Query<Asked>) -> Answer {
    let (form, read) = query.read(asked.registry.local(asked.ctx.now).date());
    let (inner, agency, chosen) = (asked.clone(), query.agency.clone(), read.as_ref().ok().copied());
    let (scope, shown) = app
        .db
        .read(move |tx| {
            let scope = Scope::of(tx, &inner.registry, inner.officer()?, &agency)?;
            let shown = chosen.map(|chosen| shown(tx, &inner, &scope, chosen)).transpose()?;
            Ok((scope, shown))
        })
        .await?;
    let (status, errors) = match &read {
        Ok(_) => (StatusCode::OK, Vec::new()),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors.clone()),
    };
    let name = |id: &String| Choice { value: id.clone(), text: asked.registry.agency_name(id).to_owned() };
    let query = read.as_ref().map(|chosen| query.query(*chosen)).unwrap_or_default();
    let page = MonitorPage {
        form: form.state(errors),
        agencies: scope.choices.iter().map(name).collect(),
        overview: format!("/desk/overview?{query}"),
        shown,
    };
    page_with(&app, &asked, status, "overview/monitor.html", page)
}

/// Which measures make a case of a sign, by the thresholds of the site. [MON-09]
pub(super) fn measure(sign: Sign, limits: &Limits) -> (i64, i64) {
    let up_to = |days: u32| (0, i64::from(days).min(FARTHEST));
    match sign {
        Sign::LastDay => up_to(limits.last_days),
        Sign::Refiled => up_to(limits.refiled_days),
        Sign::JustInTime => up_to(limits.just_in_time_days),
        Sign::Again | Sign::AfterHours | Sign::Extended => (0, i64::MAX),
    }
}

/// Of what a sign is a part: what was received or settled in the period. [MON-01]
fn base(sign: Sign, received: i64, settled: i64) -> i64 {
    match sign {
        Sign::Refiled | Sign::AfterHours => received,
        Sign::LastDay | Sign::Again | Sign::JustInTime | Sign::Extended => settled,
    }
}

/// One sign at one agency.
struct Counted {
    agency: String,
    cases: Cases,
    base: i64,
    before: (i64, i64),
}

fn shown(tx: &mut Tx, asked: &Req, scope: &Scope, chosen: Chosen) -> Result<Shown, Failure> {
    let (registry, locale, now) = (&asked.registry, asked.locale, asked.ctx.now);
    let today = registry.local(now).date();
    let period = Period::seen(chosen.from, chosen.to, today).ok_or(Failure::NotFound)?;
    let mut total = Figures::default();
    for agency in &scope.agencies {
        total.add(&read::total(tx, agency, period, (today, now))?);
    }
    let page = Monitor { asked, scope, period, limits: registry.site.monitor };
    let mut signs = Vec::new();
    for sign in Sign::ALL {
        signs.push(page.sign(tx, sign)?);
    }
    Ok(Shown {
        agency: scope.name(asked),
        period: format!("{} – {}", locale.date(chosen.from), locale.date(chosen.to)),
        share: share(locale, total.on_time.share()),
        lenient: share(locale, total.lenient()),
        counted: total.on_time.counted,
        overdue: total.on_time.overdue,
        excused: total.on_time.excused,
        signs,
        bursts: page.bursts(tx)?,
        series: page.series(tx)?,
        limits: page.limits,
    })
}

struct Monitor<'a> {
    asked: &'a Req,
    scope: &'a Scope,
    period: Period,
    limits: Limits,
}

impl Monitor<'_> {
    fn days(&self) -> (Date, Date) {
        (self.period.from, self.period.seen)
    }

    /// The twelve whole months before. [MON-10]
    fn year_before(&self) -> (Date, Date) {
        let first = self.period.from.first_of_month();
        (first.saturating_sub(12.months()), first.yesterday().unwrap_or(first))
    }

    fn counted(&self, tx: &mut Tx, sign: Sign, agency: &str) -> Result<Counted, Failure> {
        let measure = measure(sign, &self.limits);
        let of = |tx: &mut Tx, (from, to): (Date, Date)| {
            let sums = read::bases(tx, agency, from, to)?;
            let cases = read::cases(tx, sign, agency, (from, to), measure)?;
            Ok::<_, Failure>((cases, base(sign, sums.received, sums.settled())))
        };
        let (cases, base) = of(tx, self.days())?;
        let (before, base_before) = of(tx, self.year_before())?;
        Ok(Counted { agency: agency.to_owned(), cases, base, before: (before.cases, base_before) })
    }

    fn sign(&self, tx: &mut Tx, sign: Sign) -> Result<SignShown, Failure> {
        let mut all = Vec::new();
        for agency in &figures::agencies(tx)? {
            all.push(self.counted(tx, sign, agency)?);
        }
        // The middle is of all agencies, whoever's page it is: a rate of others tells of no dossier. [MON-10]
        let middle = median(all.iter().filter_map(|one| Share::of(one.cases.cases, one.base)).collect());
        all.retain(|one| self.scope.agencies.contains(&one.agency));
        let mut sum = (Cases::default(), 0, (0, 0));
        for one in &all {
            sum.0.add(one.cases);
            sum.1 += one.base;
            sum.2 = (sum.2.0 + one.before.0, sum.2.1 + one.before.1);
        }
        let of = |cases: i64, base, before| normal((cases, base), before, middle, &self.limits);
        let (cases, base, before) = sum;
        let told = of(cases.cases, base, before);
        let locale = self.asked.locale;
        let agency = |one: &Counted| {
            let Normal { rate, normal, unusual } = of(one.cases.cases, one.base, one.before);
            AgencyShown {
                name: self.asked.registry.agency_name(&one.agency).to_owned(),
                cases: self.cell(sign, one.cases.cases, &one.agency),
                base: one.base,
                rate: share(locale, rate),
                normal: share(locale, normal),
                unusual,
            }
        };
        Ok(SignShown {
            key: sign.as_str(),
            cases: self.cell(sign, cases.cases, self.scope.agency.as_deref().unwrap_or_default()),
            base,
            rate: share(locale, told.rate),
            normal: share(locale, told.normal),
            unusual: told.unusual,
            settled: cases.settled,
            kept: cases.kept,
            lenient: cases.lenient,
            agencies: if all.len() > 1 { all.iter().map(agency).collect() } else { Vec::new() },
        })
    }

    fn cell(&self, sign: Sign, number: i64, agency: &str) -> Cell {
        self.cell_by(sign, number, agency, self.days(), "")
    }

    fn cell_by(&self, sign: Sign, number: i64, agency: &str, days: (Date, Date), by: &str) -> Cell {
        let day = |date: Date| percent(&date.strftime("%d/%m/%Y").to_string());
        let mut href = String::new();
        if self.scope.opens && number > 0 {
            let (sign, from, to) = (sign.as_str(), day(days.0), day(days.1));
            href = format!("/desk/monitor/dossiers?sign={sign}&from={from}&to={to}");
            for (name, value) in
                [("agency", agency), ("officer", by)].into_iter().filter(|(_, value)| !value.is_empty())
            {
                href.push_str(&format!("&{name}={}", percent(value)));
            }
        }
        Cell { number, href }
    }

    /// The ends of months that lie in the period. [MON-06]
    fn bursts(&self, tx: &mut Tx) -> Result<Vec<BurstShown>, Failure> {
        let mut shown = Vec::new();
        for agency in &self.scope.agencies {
            let Ok(calendar) = self.asked.registry.calendar(agency) else { continue };
            let mut month = self.period.from.first_of_month();
            while month.last_of_month() <= self.period.seen {
                let last = month.last_of_month();
                let working: Vec<Date> = days(month, last).filter(|day| calendar.is_working_day(*day)).collect();
                let settled = read::settled_by_day(tx, agency, month, last)?;
                let found = burst(&working, &settled, &self.limits).filter(|burst| burst.unusual);
                shown.extend(found.map(|burst| self.burst(agency, &burst)));
                month = month.saturating_add(1.month());
            }
        }
        Ok(shown)
    }

    fn burst(&self, agency: &str, burst: &Burst) -> BurstShown {
        let locale = self.asked.locale;
        let href = behind_address((burst.from, burst.to), "settled", &[("agency", agency)]);
        BurstShown {
            agency: self.asked.registry.agency_name(agency).to_owned(),
            from: locale.date(burst.from),
            to: locale.date(burst.to),
            settled: Cell { number: burst.settled, href: if self.scope.opens { href } else { String::new() } },
            usual: burst.usual,
        }
    }

    /// [MON-08]
    fn series(&self, tx: &mut Tx) -> Result<Vec<SeriesShown>, Failure> {
        let mut shown = Vec::new();
        for agency in &self.scope.agencies {
            for (day, by, number) in read::series(tx, agency, self.days(), self.limits.series.into())? {
                shown.push(SeriesShown {
                    agency: self.asked.registry.agency_name(agency).to_owned(),
                    day: self.asked.locale.date(day),
                    number: self.cell_by(Sign::Extended, number, agency, (day, day), &by),
                    by: self.asked.registry.account_name(&by).to_owned(),
                });
            }
        }
        Ok(shown)
    }
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(move |day| *day <= to)
}
