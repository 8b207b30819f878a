using System.Runtime.InteropServices;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>The distinct objects that backups name, and what is known of each without reading it.</summary>
internal sealed class ObjectInventory
{
    private readonly Dictionary<ObjectId, NamedObject> objects = [];

    public long Count => objects.Count;

    public IEnumerable<KeyValuePair<ObjectId, NamedObject>> All => objects;

    public NamedObject this[ObjectId id] => objects[id];

    /// <param name="id">What a backup names.</param>
    /// <param name="plainLength">How many bytes it takes it for.</param>
    /// <param name="since">When that backup came, by the store's clock.</param>
    public void Name(ObjectId id, int plainLength, DateTimeOffset since)
    {
        ref var named = ref CollectionsMarshal.GetValueRefOrAddDefault(objects, id, out var isKnown);
        named.PlainLength = plainLength;
        named.Born = isKnown && named.Born < since ? named.Born : since;
    }

    /// <summary>An object that the store has, of these or another.</summary>
    public void List(ObjectId id, long storedLength, DateTimeOffset modifiedAt)
    {
        ref var named = ref CollectionsMarshal.GetValueRefOrNullRef(objects, id);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref named))
        {
            named.StoredLength = storedLength;
            named.Born = modifiedAt > named.Born ? modifiedAt : named.Born;
        }
    }

    /// <summary>It is to be read.</summary>
    public void Choose(ObjectId id) => CollectionsMarshal.GetValueRefOrNullRef(objects, id).IsChosen = true;
}

/// <summary>An object that a backup names.</summary>
internal struct NamedObject
{
    /// <summary>Bytes of what it was made of.</summary>
    public int PlainLength;

    /// <summary>Bytes in the store; 0 where nobody looked, or it is not there.</summary>
    public long StoredLength;

    /// <summary>Since when it has been there as it is and named by a backup, by the store's clock.</summary>
    public DateTimeOffset Born;

    /// <summary>True where this verification reads it.</summary>
    public bool IsChosen;
}
