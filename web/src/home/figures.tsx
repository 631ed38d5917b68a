import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** A number that leads to what it counts. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  /** Undefined: not known yet. */
  readonly value: string | number | undefined;
  /** Smaller, beside it. */
  readonly more?: string | undefined;
  readonly to: string;
  readonly isGrave?: boolean;
}

/** The numbers one looks at first. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const { t } = useTranslation();
  return (
    <ul className="figures home-figures">
      {figures.map(({ name, title, value, more, to, isGrave = false }) => (
        <li key={name}>
          <Link
            to={to}
            className={`figure ${isGrave && value !== 0 && value !== undefined ? 'figure-grave' : ''}`}
            data-figure={name}
          >
            <span className="figure-title">{title}</span>
            <span className="figure-value">
              {value ?? <span aria-label={t('state.loading')}>–</span>}
              {more !== undefined && <small> {more}</small>}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
