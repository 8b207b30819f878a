using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Surety.Repository.Errors;

namespace Surety.Repository.Storage.S3;

/// <summary>Makes the SDK's client for a place.</summary>
internal static class S3Connection
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidConfiguration"/>: nobody says the region.</exception>
    public static AmazonS3Client Open(S3Place place)
    {
        var settings = SettingsOf(place);
        try
        {
            return place.Keys is { } keys
                ? new AmazonS3Client(CredentialsOf(keys), settings)
                : new AmazonS3Client(settings);
        }
        catch (AmazonClientException e)
        {
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"the region of {place.Location} is not known; nothing was done",
                "set AWS_REGION, or region in surety.yaml; for a service that is not Amazon's, AWS_ENDPOINT_URL_S3 or endpoint",
                e
            );
        }
    }

    private static AmazonS3Config SettingsOf(S3Place place)
    {
        var settings = new AmazonS3Config
        {
            // S3Attempts does both: the SDK's retries end where the body of an answer begins.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = ConnectWithin,

            // A lease is a time of day: a clock that is wrong must be said, not worked around.
            DisableClockSkewCorrection = true,

            // Every request is signed with the SHA-256 of its body, which all services check; of the newer checksums
            // some know nothing (MinIO and Ceph of some years, R2), and objects carry their own.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (place.Profile is { } profile)
        {
            settings.Profile = new Profile(profile);
        }

        if (place.Endpoint is { } endpoint)
        {
            settings.ServiceURL = endpoint.AbsoluteUri;
            settings.AuthenticationRegion = place.Region ?? "us-east-1";
            settings.ForcePathStyle = place.PathStyle ?? !IsAmazon(endpoint);
        }
        else
        {
            settings.ForcePathStyle = place.PathStyle ?? false;
            if (place.Region is { } region)
            {
                settings.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            }
        }

        return settings;
    }

    private static AWSCredentials CredentialsOf(S3Keys keys) =>
        keys.SessionToken is { } token
            ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, token)
            : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);

    private static bool IsAmazon(Uri endpoint) =>
        endpoint.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase);
}
