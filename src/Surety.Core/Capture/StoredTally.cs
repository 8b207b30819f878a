using System.Collections.Concurrent;
using Surety.Repository.Objects;

namespace Surety.Core.Capture;

/// <summary>Adds up what a backup names and what it added, each object once. Safe for many threads.</summary>
internal sealed class StoredTally
{
    private readonly ConcurrentDictionary<ObjectId, long> named = new();
    private long rawBytes;
    private long newBytes;
    private int newObjects;

    public int Objects => named.Count;
    public long StoredBytes => named.Values.Sum();
    public long RawBytes => Interlocked.Read(ref rawBytes);
    public long NewBytes => Interlocked.Read(ref newBytes);
    public int NewObjects => Volatile.Read(ref newObjects);

    public void Add(StoredObject stored)
    {
        named[stored.Id] = stored.StoredLength;
        Interlocked.Add(ref rawBytes, stored.PlainLength);
        if (stored.IsNew)
        {
            Interlocked.Add(ref newBytes, stored.StoredLength);
            Interlocked.Increment(ref newObjects);
        }
    }

    public void Add(IEnumerable<StoredObject> stored)
    {
        foreach (var one in stored)
        {
            Add(one);
        }
    }
}
