import type { ReactNode } from 'react';
import type { RestartableStage } from '../../../shared/contract/health';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { Facts, Panel } from '../../components/panel';
import { attempt, say } from '../../components/toaster';
import { useTexts } from '../../texts/texts';

interface Props {
  stage: RestartableStage;
  rows: readonly (readonly [label: string, value: ReactNode])[];
}

export function StagePanel({ stage, rows }: Props) {
  const { pipeline, language } = useTexts();
  const name = pipeline.stageOf[stage] ?? stage;
  const restart = () =>
    attempt(async () => {
      await engine.invoke('stage.restart', { stage });
      say(pipeline.restarted(name));
    }, language);
  return (
    <Panel
      title={name}
      action={
        <Button onClick={restart} aria-label={pipeline.restartOf(name)}>
          {pipeline.restart}
        </Button>
      }
    >
      <Facts rows={rows} />
    </Panel>
  );
}
