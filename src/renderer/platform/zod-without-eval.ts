import { config } from 'zod';

// Imported first: zod's compiled parsers need eval, which the page's content security policy forbids.
config({ jitless: true });
