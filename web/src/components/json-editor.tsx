import 'monaco-editor/editor/contrib/bracketMatching/browser/bracketMatching';
import 'monaco-editor/editor/contrib/find/browser/findController';
import 'monaco-editor/editor/contrib/folding/browser/folding';
import 'monaco-editor/editor/contrib/hover/browser/hoverContribution';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import * as monaco from 'monaco-editor/editor/editor.api';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import JsonWorker from 'monaco-editor/language/json/json.worker?worker';
import { jsonDefaults } from 'monaco-editor/language/json/monaco.contribution';
import { useEffect, useRef } from 'react';
import ruleSchema from '../../../rules/rule.schema.json';

/** Something wrong at a place of the text; lines and columns from 1. */
export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly isWarning: boolean;
}

const MODEL = monaco.Uri.parse('rule:///rule.json');
// Workers are files of our own, as the policy of the page asks for.
(globalThis as { MonacoEnvironment?: object }).MonacoEnvironment = {
  getWorker: (_: unknown, label: string) => (label === 'json' ? new JsonWorker() : new EditorWorker()),
};
jsonDefaults.setDiagnosticsOptions({
  validate: true,
  enableSchemaRequest: false,
  schemas: [
    { uri: './rule.schema.json', fileMatch: [MODEL.toString()], schema: ruleSchema },
    // What `$schema` of the rules that ship leads to, from where the editor has its text.
    { uri: monaco.Uri.parse('rule:///rule.schema.json').toString(), fileMatch: [], schema: ruleSchema },
  ],
});

/** An editor for the JSON of a rule: completion, hints and mistakes by the schema while one writes. */
export function JsonEditor(props: {
  readonly value: string;
  readonly isDark: boolean;
  readonly label: string;
  readonly marks: readonly Mark[];
  readonly onChange: (value: string) => void;
}) {
  const { value, isDark, label, marks, onChange } = props;
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (!place.current) return;
    const model = monaco.editor.createModel(value, 'json', MODEL);
    const editor = monaco.editor.create(place.current, {
      model,
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fixedOverflowWidgets: true,
      tabSize: 2,
      fontSize: 13,
      ariaLabel: label,
    });
    const listening = model.onDidChangeContent(() => latest.current(model.getValue()));
    return () => {
      listening.dispose();
      editor.dispose();
      model.dispose();
    };
    // The text is the editor's own from here on.
  }, []);
  useEffect(() => monaco.editor.setTheme(isDark ? 'vs-dark' : 'vs'), [isDark]);
  useEffect(() => {
    const model = monaco.editor.getModel(MODEL);
    if (!model) return;
    const { Error: bad, Warning: warning } = monaco.MarkerSeverity;
    monaco.editor.setModelMarkers(
      model,
      'service',
      marks.map(({ line, column, message, isWarning }) => ({
        startLineNumber: line,
        startColumn: column,
        endLineNumber: line,
        endColumn: model.getLineMaxColumn(Math.min(line, model.getLineCount())),
        message,
        severity: isWarning ? warning : bad,
      })),
    );
  }, [marks]);
  return <div ref={place} className="json-editor" />;
}
