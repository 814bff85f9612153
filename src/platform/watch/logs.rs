//! Logs to standard error, and traces to whoever collects them (OTLP). [OBS-04] [OBS-06]

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For machines: one JSON object a line
    Json,
}

/// Ends with the process: what is not sent yet is sent then.
#[must_use]
pub struct Watching(Option<SdkTracerProvider>);

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(|provider| provider.shutdown()) {
            tracing::warn!("the last traces were not sent: {error}");
        }
    }
}

/// Begins to log; `MOTCUA_LOG` says how much. Standard output stays free: its first line is the address. With a collector
/// (`http://host:4318`) requests and their transactions are traced.
pub fn start(format: Format, collector: Option<&str>) -> anyhow::Result<Watching> {
    let provider = collector.map(provider).transpose()?;
    let filter = EnvFilter::try_from_env("MOTCUA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let traces = provider.as_ref().map(|provider| {
        let ours = Targets::new().with_target("motcua", LevelFilter::INFO);
        let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
        layer.with_tracer(provider.tracer("motcua")).with_filter(ours)
    });
    // A second call, as in tests, changes nothing.
    let _ = Registry::default().with(lines(format, std::io::stderr).with_filter(filter)).with(traces).try_init();
    Ok(Watching(provider))
}

/// Lines of the log, written to where it is told.
pub fn lines<S, W>(format: Format, to: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(to).with_ansi(false);
    match format {
        Format::Text => layer.boxed(),
        Format::Json => layer.json().flatten_event(true).with_span_list(false).boxed(),
    }
}

fn provider(collector: &str) -> anyhow::Result<SdkTracerProvider> {
    let address = format!("{}/v1/traces", collector.trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(&address)
        .build()
        .with_context(|| format!("traces cannot go to {address}"))?;
    let resource = Resource::builder_empty().with_service_name("motcua").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
