import { aScene, BY_WEIGHT, CAREFUL, HELD } from '../test/lives/scene.js';
const scene = await aScene();
scene.troubles.onDrive = (t: string, v: string | null) => t === 'web-1' && v === '2.0.0' ? 'half' : null;
await scene.deploy('2.0.0', BY_WEIGHT, HELD);
await scene.deploy('2.0.1', CAREFUL);
console.log((scene.places.judge.story()).join('\n'));
