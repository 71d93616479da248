import type { Counter, Histogram, Meter, MeterProvider } from "@opentelemetry/api";
import type { Settings } from "./options.js";
import { histogramOptions, unitOfCount } from "./units.js";

/** One meter's counters and histograms, each made when it is first used. */
class Made {
  readonly #meter: Meter;
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  counter(name: string): Counter {
    const made = this.#counters.get(name) ?? this.#meter.createCounter(name, { unit: unitOfCount(name) });
    this.#counters.set(name, made);
    return made;
  }

  histogram(name: string): Histogram {
    const made = this.#histograms.get(name) ?? this.#meter.createHistogram(name, histogramOptions(name));
    this.#histograms.set(name, made);
    return made;
  }
}

/** Of the provider that there is now: what was made before the host's SDK was registered counts nothing, and would do so for ever. */
export class Instruments {
  readonly #settings: Settings;
  #provider: MeterProvider | undefined;
  #made: Made | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get current(): Made {
    const provider = this.#settings.meters();
    if (this.#made === undefined || provider !== this.#provider) {
      this.#made = new Made(provider.getMeter(this.#settings.name));
      this.#provider = provider;
    }
    return this.#made;
  }
}
