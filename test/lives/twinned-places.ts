import { Places, type PlacesOptions } from './places.js';

/**
 * The places of a service, as the first of two balancers has them; `twin`, as the second one has
 * them. What runs there is the same for both, what each does with it is its own.
 */
export class TwinnedPlaces extends Places {
  readonly twin: Places;

  constructor(options: PlacesOptions) {
    super(options);
    this.twin = new Places(options);
    // Where a driver is at work, and what of it is not sure, is no balancer's matter.
    Object.assign(this.twin, { going: this.going, doubted: this.doubted });
  }

  override act(...[act, change]: Parameters<Places['act']>): void {
    super.act(act, change);
    this.twin.act(act, (place, id) => {
      const { drained, share, heldOut, closed } = place;
      change(place, id);
      Object.assign(place, { drained, share, heldOut, closed });
    });
  }

  override route(...given: Parameters<Places['route']>): void {
    super.route(...given);
    this.twin.route(...given);
    this.twin.changing = this.changing;
  }

  override checked(id: string): void {
    super.checked(id);
    this.twin.checked(id);
  }

  override spoil(id: string): void {
    super.spoil(id);
    this.twin.spoil(id);
  }
}
