package import ExhaustCore

/// What is read of /proc/meminfo, in bytes.
package struct MemoryInfo: Sendable, Hashable {
    package var total: UInt64 = 0
    package var free: UInt64 = 0
    package var buffers: UInt64 = 0
    /// Page cache, with what of the slab can be reclaimed, as free(1) counts it.
    package var cached: UInt64 = 0
    /// What new programs can get without swapping, the kernel's estimate; before Linux 3.14 ours.
    package var available: UInt64 = 0
    package var swapTotal: UInt64 = 0
    package var swapFree: UInt64 = 0

    /// Reads /proc/meminfo; `nil` without a total.
    package init?(_ text: ByteScanner) {
        var text = text
        var (pageCache, reclaimable): (UInt64, UInt64) = (0, 0)
        var kernelAvailable: UInt64?
        while var line = text.line() {
            if line.skip("MemTotal:") {
                total = Self.bytes(&line)
            } else if line.skip("MemFree:") {
                free = Self.bytes(&line)
            } else if line.skip("MemAvailable:") {
                kernelAvailable = Self.bytes(&line)
            } else if line.skip("Buffers:") {
                buffers = Self.bytes(&line)
            } else if line.skip("Cached:") {
                pageCache = Self.bytes(&line)
            } else if line.skip("SReclaimable:") {
                reclaimable = Self.bytes(&line)
            } else if line.skip("SwapTotal:") {
                swapTotal = Self.bytes(&line)
            } else if line.skip("SwapFree:") {
                swapFree = Self.bytes(&line)
            }
        }
        guard total > 0 else { return nil }
        cached = pageCache.addingClamped(reclaimable)
        // In some containers the kernel's estimate exceeds the total.
        available = min(kernelAvailable ?? free.addingClamped(buffers).addingClamped(cached), total)
    }

    /// Every line, by the kernel's name: bytes, or a number of huge pages.
    package static func details(_ text: ByteScanner) -> ValueMap {
        var text = text
        var details = ValueMap()
        while var line = text.line() {
            guard let word = line.word(), word.last == UInt8(ascii: ":"), let number = line.number() else { continue }
            let bytes = line.skip(" kB") ? number.multipliedClamped(by: 1024) : number
            details[String(decoding: word.dropLast(), as: UTF8.self)] = bytes.value
        }
        return details
    }

    /// Memory in use: what is neither free nor buffers nor cache, so that the four add up to the total.
    package var used: UInt64 {
        let rest = free.addingClamped(buffers).addingClamped(cached)
        return total > rest ? total - rest : total - min(free, total)
    }

    /// The share of memory that is not available, 0 to 1: psutil's `percent`.
    package var utilization: Double { Double(total - available) / Double(total) }

    /// Swap space in use.
    package var swapUsed: UInt64 { swapTotal - min(swapFree, swapTotal) }

    /// A value in kB, which are 1024 bytes.
    private static func bytes(_ line: inout ByteScanner) -> UInt64 {
        (line.number() ?? 0).multipliedClamped(by: 1024)
    }
}
