import { serve } from '../../server.mjs';

// Starts well, and then says that it is not.
serve({ healthy: false });
