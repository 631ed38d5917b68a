/** Monaco's JSON support as far as it is used here; its package has types for the editor alone. */
declare module 'monaco-editor/language/json/monaco.contribution' {
  export const jsonDefaults: {
    setDiagnosticsOptions(options: {
      readonly validate: boolean;
      readonly enableSchemaRequest: boolean;
      readonly schemas: readonly {
        readonly uri: string;
        readonly fileMatch: readonly string[];
        readonly schema: unknown;
      }[];
    }): void;
  };
}
