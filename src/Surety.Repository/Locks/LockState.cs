namespace Surety.Repository.Locks;

/// <summary>A lock that lies in the repository.</summary>
/// <param name="Operation">What its holder does, or did.</param>
/// <param name="Holder">Process and host, for people.</param>
/// <param name="IsStale">It expired, or its holder is known to be gone: whoever it keeps out will break it.</param>
public sealed record LockState(
    string Operation,
    string Holder,
    bool Exclusive,
    DateTimeOffset Since,
    DateTimeOffset ExpiresAt,
    bool IsStale
);
