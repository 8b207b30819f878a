using Surety.Repository.Manifests;

namespace Surety.Repository.Objects;

/// <summary>What became of bytes that were put into the repository.</summary>
/// <param name="Id">Names the object.</param>
/// <param name="PlainLength">In bytes.</param>
/// <param name="StoredLength">Bytes in the repository, header included.</param>
/// <param name="IsNew">False where the repository had the object already.</param>
public readonly record struct StoredObject(ObjectId Id, int PlainLength, long StoredLength, bool IsNew);

/// <summary>A stream that was put into the repository, and each of its parts in order.</summary>
public sealed record StoredStreamParts(StoredStream Stream, IReadOnlyList<StoredObject> Objects);
