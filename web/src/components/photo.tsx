import { useQuery } from '@tanstack/react-query';
import { Image } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../session.js';
import { readPhoto } from '../photo-store.js';

/** A photo that waits on this device. */
export function LocalPhoto({ id, label }: { readonly id: string; readonly label: string }) {
  const { data, isError } = useQuery({
    queryKey: ['local photo', id],
    queryFn: async () => (await readPhoto(id)) ?? null,
    staleTime: Infinity,
  });
  return <Shown blob={data ?? undefined} hasFailed={isError || data === null} label={label} />;
}

/** A photo that the service keeps, of the alert or inspection task with this id. */
export function StoredPhoto(props: {
  readonly of: 'alert' | 'inspection';
  readonly id: string;
  readonly file: string;
  readonly label: string;
}) {
  const { of, id, file, label } = props;
  const api = useApi();
  const { data, isError } = useQuery({
    queryKey: ['file', of, id, file],
    queryFn: () => {
      const input = { params: { id, file } };
      return of === 'alert' ? api.getAlertEvidence(input) : api.getInspectionEvidence(input);
    },
    staleTime: Infinity,
  });
  return <Shown blob={data} hasFailed={isError} label={label} />;
}

function Shown(props: {
  readonly blob: Blob | undefined;
  /** It could not be read, or is not there any more. */
  readonly hasFailed: boolean;
  readonly label: string;
}) {
  const { blob, hasFailed, label } = props;
  const { t } = useTranslation();
  const [url, setUrl] = useState<string>();
  // What a browser does not know how to draw, as some do not know a phone's own format.
  const [undrawn, setUndrawn] = useState<Blob>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (hasFailed || (blob && undrawn === blob))
    return (
      <span className="photo-place photo-failed" title={label}>
        {t('evidence.photoFailed')}
      </span>
    );
  if (url === undefined) return <span className="photo-place" aria-label={label} role="img" />;
  return (
    <Image src={url} alt={label} width={72} height={72} className="photo" onError={() => setUndrawn(blob)} />
  );
}
