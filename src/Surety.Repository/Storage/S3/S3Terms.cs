namespace Surety.Repository.Storage.S3;

/// <summary>How much at once, in what pieces, and how patiently a bucket is worked with.</summary>
internal sealed record S3Terms
{
    public static S3Terms Standard { get; } = new();

    /// <summary>Blobs that are on their way while the caller goes on.</summary>
    public int UploadsAtOnce { get; init; } = 16;

    /// <summary>Larger blobs are not copied for that: their writer waits. So at most 128 MiB are on their way.</summary>
    public int LargestBehind { get; init; } = 8 << 20;

    /// <summary>From here on a blob goes up in parts, of which a failure costs only one.</summary>
    public int MultipartFrom { get; init; } = 64 << 20;

    /// <summary>Length of a part; the protocol wants 5 MiB at least and 10,000 parts at most.</summary>
    public int PartLength { get; init; } = 16 << 20;

    /// <summary>Parts of one blob on their way at once.</summary>
    public int PartsAtOnce { get; init; } = 4;

    /// <summary>Names in one answer of a listing; the protocol allows 1,000 at most.</summary>
    public int PageLength { get; init; } = 1000;

    /// <summary>After the first attempt; about half a minute with the delays between.</summary>
    public int Retries { get; init; } = 8;

    /// <summary>
    /// As long as the service has never answered: an endpoint that is misspelt should not take half a minute to say.
    /// </summary>
    public int RetriesBeforeFirstAnswer { get; init; } = 2;

    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a sign of life an attempt is given up after this.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second that the slowest line is taken to carry: an upload shows no progress until its end.</summary>
    public int SlowestLine { get; init; } = 128 << 10;

    public TimeSpan PatienceFor(long uploadedBytes) =>
        Patience + TimeSpan.FromSeconds((double)uploadedBytes / SlowestLine);
}
