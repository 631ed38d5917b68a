import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { InputOf } from '../api/client.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

type Choice = InputOf<'replayDeadLetters'>['body'];
/** Operations whose answers change with it. */
const CHANGED = ['listDeadLetters', 'countDeadLetters', 'getDeadLetter'] as const;

/** Takes letters up again; what came of it is in `data` until it is reset. */
export function useReplay(onTaken: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (choice: Choice) => api.replayDeadLetters({ body: choice }),
    onSuccess: onTaken,
    onError: (error) => void message.error(errorText(error)),
    onSettled: () =>
      Promise.all(CHANGED.map((operation) => queries.invalidateQueries({ queryKey: [operation] }))),
  });
}
