import { TreeSelect } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrgUnits } from '../api/hooks.js';
import type { OrgUnit } from '../api/types.js';

/** Chooses a unit from the tree; `''` is none. Stands among filters, or fills a form's field. */
export function UnitFilter(props: {
  readonly value: string;
  readonly onChange: (unit: string) => void;
  /** Shown while none is chosen; default: that a unit may be chosen. */
  readonly placeholder?: string;
  readonly className?: string;
}) {
  const { value, onChange, placeholder, className = 'filter' } = props;
  const { t } = useTranslation();
  const { units } = useOrgUnits();
  const tree = useMemo(() => toTree(units), [units]);
  return (
    <TreeSelect
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandAll
      className={className}
      aria-label={t('common.unit')}
      placeholder={placeholder ?? t('common.unit')}
      treeData={tree}
      value={value || undefined}
      onChange={(unit?: string) => onChange(unit ?? '')}
    />
  );
}

interface UnitNode {
  readonly value: string;
  readonly title: string;
  readonly children: UnitNode[];
}

/** The org tree; a unit whose parent may not be seen stands at the top. */
function toTree(units: readonly OrgUnit[]): UnitNode[] {
  const nodes = new Map<string, UnitNode>();
  for (const { code, name } of units) nodes.set(code, { value: code, title: name, children: [] });
  const roots: UnitNode[] = [];
  for (const { code, parent } of units) {
    const node = nodes.get(code);
    if (node) (nodes.get(parent ?? '')?.children ?? roots).push(node);
  }
  return roots;
}
