namespace Surety.Repository.Locks;

/// <summary>How long a lock holds without word from its holder, and when the holder speaks up or gives up.</summary>
/// <param name="Length">Others may break the lock when it is this old without a renewal.</param>
internal readonly record struct LeaseTerms(TimeSpan Length)
{
    public static LeaseTerms Standard => new(TimeSpan.FromMinutes(15));

    /// <summary>Two renewals may fail before the lease is in danger.</summary>
    public TimeSpan RenewEvery => Length / 3;

    /// <summary>
    /// Without a renewal the holder gives up this long after the last, earlier than others may break it: what it has begun
    /// by then, and clocks that do not run equally fast, have what lies between.
    /// </summary>
    public TimeSpan GiveUpAfter => Length * 0.8;
}
