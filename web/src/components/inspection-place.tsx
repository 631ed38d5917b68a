import { CameraOutlined, DeleteOutlined } from '@ant-design/icons';
import { App, Button, Input, Radio } from 'antd';
import type { ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DraftEntry, EntryChanges, InspectionResult, Place } from '../inspection-draft.js';
import { dropPhoto, keepPhoto, shrinkPhoto } from '../photo-store.js';
import { Chip, type Tone } from './chip.js';
import { LocalPhoto, StoredPhoto } from './photo.js';

const RESULTS = ['pass', 'fail', 'na'] as const;
const TONES: Readonly<Record<(typeof RESULTS)[number], Tone>> = { pass: 'good', fail: 'bad', na: 'plain' };

/** One thing to look at: what was found, in large buttons for a thumb; what is wrong; photos. */
export function InspectionPlace(props: {
  readonly taskId: string;
  readonly place: Place;
  /** As the service has it. */
  readonly stored: InspectionResult | undefined;
  /** As it was entered here and not sent yet; it wins. */
  readonly entry: DraftEntry | undefined;
  readonly isReadOnly: boolean;
  /** Whether a missing result or finding is to be pointed at. */
  readonly isChecked: boolean;
  readonly onEnter: (changes: EntryChanges) => void;
}) {
  const { taskId, place, stored, entry, isReadOnly, isChecked, onEnter } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const result = entry?.result ?? stored?.result;
  const finding = entry?.finding ?? (result === 'fail' ? stored?.finding : undefined) ?? '';
  const photos = entry?.photos ?? [];
  const attachments = stored?.attachments ?? [];
  const isOpen = isChecked && (result === undefined || (result === 'fail' && finding.trim() === ''));
  const label = `${place.workOrder ?? ''} ${place.item.text}`.trim();

  /** What is added to a result goes to the service with it, also when the service has it already. */
  const enterMore = (changes: Partial<DraftEntry>) => onEnter({ ...(result && { result }), ...changes });
  const addPhotos = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(target.files ?? [])];
    target.value = '';
    try {
      const keys = await Promise.all(files.map(async (file) => keepPhoto(await shrinkPhoto(file))));
      // More may have been entered, or taken, while these were made smaller.
      onEnter((before) => {
        const then = before?.result ?? stored?.result;
        return { ...(then && { result: then }), photos: [...(before?.photos ?? []), ...keys] };
      });
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };

  const removePhoto = (key: string) => {
    onEnter((before) => ({ photos: (before?.photos ?? []).filter((one) => one !== key) }));
    void dropPhoto(key);
  };

  return (
    <li className={isOpen ? 'place place-open' : 'place'} data-open={isOpen || undefined}>
      <p className="place-text">
        {place.item.text} <span className="faint">{place.item.clause}</span>
      </p>
      {isReadOnly ? (
        result && <Chip tone={TONES[result]}>{t(`inspections.result.${result}`)}</Chip>
      ) : (
        <Radio.Group
          value={result ?? null}
          optionType="button"
          buttonStyle="solid"
          size="large"
          className="place-results"
          aria-label={label}
          onChange={({ target }) => onEnter({ result: target.value as InspectionResult['result'] })}
          options={RESULTS.map((value) => ({ value, label: t(`inspections.result.${value}`) }))}
        />
      )}
      {result === 'fail' &&
        (isReadOnly ? (
          <p className="place-finding">{finding}</p>
        ) : (
          <>
            <Input.TextArea
              value={finding}
              rows={2}
              maxLength={2000}
              status={isOpen && finding.trim() === '' ? 'error' : ''}
              aria-label={`${t('inspections.finding')}: ${label}`}
              placeholder={t('inspections.findingHint')}
              onChange={({ target }) => onEnter({ result: 'fail', finding: target.value })}
            />
            <Input
              value={entry?.responsible ?? stored?.responsible ?? ''}
              maxLength={100}
              aria-label={`${t('inspections.responsible')}: ${label}`}
              placeholder={t('inspections.responsible')}
              onChange={({ target }) => enterMore({ responsible: target.value })}
            />
          </>
        ))}
      {(photos.length > 0 || attachments.length > 0 || !isReadOnly) && (
        <div className="place-photos">
          {attachments.map((id, index) => (
            <StoredPhoto
              key={id}
              of="inspection"
              id={taskId}
              file={id}
              label={t('inspections.photo', { number: index + 1 })}
            />
          ))}
          {photos.map((key, index) => {
            const number = attachments.length + index + 1;
            return (
              <span key={key} className="photo-own">
                <LocalPhoto id={key} label={t('inspections.photo', { number })} />
                {!isReadOnly && (
                  <Button
                    icon={<DeleteOutlined />}
                    aria-label={t('inspections.removePhoto', { number })}
                    onClick={() => removePhoto(key)}
                  />
                )}
              </span>
            );
          })}
          {!isReadOnly && (
            <label className="photo-button">
              <CameraOutlined aria-hidden /> {t('inspections.takePhoto')}
              <input
                type="file"
                accept="image/*"
                capture="environment"
                multiple
                aria-label={`${t('inspections.takePhoto')}: ${label}`}
                onChange={(event) => void addPhotos(event)}
              />
            </label>
          )}
        </div>
      )}
    </li>
  );
}
