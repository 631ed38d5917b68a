import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { UserAccount } from '../api/types.js';
import { UnitFilter } from '../components/unit-filter.js';

export const ROLES = ['admin', 'supervisor', 'inspector', 'author', 'auditor', 'integrator'] as const;
/** As many as the service takes. */
const MOST = 50;

/** A role in a unit; without a role not chosen yet, or every role; without a unit everywhere. */
export type Place = Partial<UserAccount['grants'][number]>;

/** Rows of role and unit, that can be added and taken away. */
export function PlaceRows(props: {
  readonly name: 'grants' | 'exclusions';
  readonly places: readonly Place[];
  readonly emptyText: string;
  readonly addText: string;
  /** No role means every role. */
  readonly everyRole?: boolean;
  readonly onChange: (places: readonly Place[]) => void;
}) {
  const { name, places, emptyText, addText, everyRole = false, onChange } = props;
  const { t } = useTranslation();
  const change = (index: number, { role, orgUnit }: { role?: Place['role']; orgUnit?: string }) =>
    onChange(
      places.map((place, at) =>
        at === index ? { ...(role && { role }), ...(orgUnit && { orgUnit }) } : place,
      ),
    );
  return (
    <div data-rights={name}>
      {places.length === 0 && <p className="faint">{emptyText}</p>}
      {places.map(({ role, orgUnit = '' }, index) => (
        <div key={index} className="rights-row">
          <Select<(typeof ROLES)[number] | ''>
            aria-label={t('users.role')}
            placeholder={t('users.role')}
            value={role ?? (everyRole ? '' : null)}
            options={[
              ...(everyRole ? [{ value: '' as const, label: t('users.everyRole') }] : []),
              ...ROLES.map((value) => ({ value, label: t(`role.${value}`) })),
            ]}
            onChange={(value) => change(index, { role: value === '' ? undefined : value, orgUnit })}
          />
          <UnitFilter
            className="rights-unit"
            placeholder={t('users.allUnits')}
            value={orgUnit}
            onChange={(unit) => change(index, { role, orgUnit: unit })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('users.remove', { row: index + 1 })}
            onClick={() => onChange(places.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={places.length >= MOST}
        onClick={() => onChange([...places, {}])}
      >
        {addText}
      </Button>
    </div>
  );
}
