import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import type { MetricData } from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** OpenTelemetry's own SDK as a host sets it up, but for where it exports to: what is finished is kept. */
export function sdk() {
  const [exported, measured] = [new InMemorySpanExporter(), new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)];
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: exported })] });
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    /** What `otel` takes. */
    options: { tracerProvider, meterProvider },
    tracer: tracerProvider.getTracer("host"),
    /** In the order in which they ended. */
    spans: (): readonly ReadableSpan[] => exported.getFinishedSpans(),
    span: (name: string): ReadableSpan => {
      const found = exported.getFinishedSpans().filter((span) => span.name === name);
      if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} spans ${name}`);
      return found[0];
    },
    /** What is exported now, by its name. */
    metrics: async (): Promise<ReadonlyMap<string, MetricData>> => {
      measured.reset();
      await meterProvider.forceFlush();
      const all = measured.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
      return new Map(all.map((metric) => [metric.descriptor.name, metric]));
    },
  };
}

/** As W3C has it, of a span that was exported. */
export const traceparent = (span: ReadableSpan): string => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`;

/** A metric's values by its attributes. */
export const valuesOf = (metric: MetricData | undefined): readonly (readonly [object, unknown])[] =>
  metric?.dataPoints.map(({ attributes, value }) => [attributes, value] as const) ?? [];
