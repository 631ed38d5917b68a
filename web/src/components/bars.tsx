import { Link } from 'react-router';

export interface Bar {
  readonly label: string;
  readonly count: number;
  /** Part of `count` that is drawn stronger. */
  readonly strong?: number;
  /** The list behind the figure. */
  readonly to?: string;
}

/** Counts as bars, longest first as given; each leads to the list behind it. */
export function Bars({ bars, strongText }: { readonly bars: readonly Bar[]; readonly strongText?: string }) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <ul className="bars">
      {bars.map(({ label, count, strong = 0, to }) => {
        const row = (
          <>
            <span className="bar-label">{label}</span>
            <span className="bar-track" aria-hidden="true">
              <span className="bar-fill" style={{ width: `${(100 * count) / most}%` }}>
                <span
                  className="bar-strong"
                  style={{ width: `${count === 0 ? 0 : (100 * strong) / count}%` }}
                />
              </span>
            </span>
            <span className="bar-count">
              {count}
              {strong > 0 && strongText && <span className="faint">{` (${strongText} ${strong})`}</span>}
            </span>
          </>
        );
        return (
          <li key={label}>
            {to === undefined ? (
              <span className="bar">{row}</span>
            ) : (
              <Link to={to} className="bar">
                {row}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
