package dev.hale.app.prepare;

import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.data.phantom.PhantomSubject;
import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Phantoms that were made lately, as long as there is memory for them: an experiment asks for each
 * once for every method, and making one takes longer than many a method.
 */
final class RecentPhantoms {
  private static final int MOST = 32;
  private static final Map<Key, SoftReference<PhantomSubject>> MADE =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, SoftReference<PhantomSubject>> eldest) {
          return size() > MOST;
        }
      };

  private record Key(Pathology pathology, long seed, OtherScanner scanner) {}

  private RecentPhantoms() {}

  /** The phantom; nobody may change its arrays. */
  static PhantomSubject subject(Pathology pathology, long seed, OtherScanner scanner) {
    Key key = new Key(pathology, seed, scanner);
    PhantomSubject made = known(key);
    if (made == null) {
      made = Phantom.subject(pathology, seed, PhantomOptions.DEFAULT.with(scanner));
      synchronized (MADE) {
        MADE.put(key, new SoftReference<>(made));
      }
    }
    return made;
  }

  private static PhantomSubject known(Key key) {
    synchronized (MADE) {
      SoftReference<PhantomSubject> known = MADE.get(key);
      return known == null ? null : known.get();
    }
  }
}
