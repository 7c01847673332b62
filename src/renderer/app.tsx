import { CSPProvider } from '@base-ui/react/csp-provider';
import { lazy, type ReactNode, Suspense } from 'react';
import { Toaster } from './components/toaster';
import { DataScreen } from './features/data/data-screen';
import { Editor } from './features/editor/editor';
import { Overview } from './features/overview/overview';
import { KeysHelp } from './features/palette/keys-help';
import { Palette } from './features/palette/palette';
import { useKeys } from './features/palette/use-keys';
import { PipelineScreen } from './features/pipeline/pipeline-screen';
import { SettingsScreen } from './features/settings/settings-screen';
import { NotFound } from './features/shell/not-found';
import { Shell } from './features/shell/shell';
import { useDocument } from './features/shell/use-theme';
import { useWorst } from './features/shell/use-worst';
import { useRoute } from './stores/route-store';

/** The charts come when first needed, so that the overview is there at once. */
const TargetPage = lazy(async () => ({
  default: (await import('./features/target/target-page')).TargetPage,
}));

function Screen(): ReactNode {
  const path = useRoute((held) => held.path);
  switch (path[0]) {
    case undefined:
      return <Overview />;
    case 'data':
      return <DataScreen />;
    case 'pipeline':
      return <PipelineScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'targets':
      return path[1] === undefined ? <NotFound /> : <TargetPage id={path[1]} />;
    default:
      return <NotFound />;
  }
}

export function App() {
  useDocument();
  useWorst();
  useKeys();
  return (
    <CSPProvider disableStyleElements>
      <Shell>
        <Suspense>
          <Screen />
        </Suspense>
      </Shell>
      <Editor />
      <Palette />
      <KeysHelp />
      <Toaster />
    </CSPProvider>
  );
}
