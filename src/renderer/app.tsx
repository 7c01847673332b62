import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';
import { Toaster } from './components/toaster';
import { Editor } from './features/editor/editor';
import { Overview } from './features/overview/overview';
import { NotFound } from './features/shell/not-found';
import { Shell } from './features/shell/shell';
import { useDocument } from './features/shell/use-theme';
import { useWorst } from './features/shell/use-worst';
import { useRoute } from './stores/route-store';

function Screen(): ReactNode {
  const path = useRoute((held) => held.path);
  switch (path[0]) {
    case undefined:
      return <Overview />;
    default:
      return <NotFound />;
  }
}

export function App() {
  useDocument();
  useWorst();
  return (
    <CSPProvider disableStyleElements>
      <Shell>
        <Screen />
      </Shell>
      <Editor />
      <Toaster />
    </CSPProvider>
  );
}
