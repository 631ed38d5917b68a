import { UnitFilter } from './unit-filter.js';

/** A unit as a field of a form, which hands it value and change. */
export function UnitField(props: {
  readonly value?: string;
  readonly onChange?: (unit: string) => void;
  /** As of `UnitFilter`. */
  readonly placeholder?: string;
  readonly className?: string;
}) {
  const { value = '', onChange, ...look } = props;
  return <UnitFilter {...look} value={value} onChange={(unit) => onChange?.(unit)} />;
}
