import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

/** So long after the last key, ms, what is typed is looked for. */
const DELAY_MS = 300;

/**
 * A text that narrows a list down and stands in the address. It is typed here first: the address follows too late for one who writes
 * Chinese, whose half-written word would be taken from under the input method.
 */
export function TextFilter(props: {
  readonly value: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
}) {
  const { value, label, onChange } = props;
  const [text, setText] = useState(value);
  /** What the address says, or will say soon because it was told so here. */
  const told = useRef(value);
  // It changes the address as it is then, not as it was when the key was hit.
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      latest.current(text);
    }, DELAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Input
      allowClear
      className="filter-wide"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
