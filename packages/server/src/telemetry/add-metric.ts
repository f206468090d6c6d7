import { Counter, type CounterConfiguration, Gauge, type GaugeConfiguration, type Registry } from 'prom-client';

/** A gauge of this registry. */
export const addGauge = <Label extends string>(registry: Registry, gauge: GaugeConfiguration<Label>): Gauge<Label> =>
  new Gauge({ ...gauge, registers: [registry] });

/** A counter of this registry. */
export const addCounter = <Label extends string>(
  registry: Registry,
  counter: CounterConfiguration<Label>,
): Counter<Label> => new Counter({ ...counter, registers: [registry] });
