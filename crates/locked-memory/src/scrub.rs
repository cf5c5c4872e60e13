//! Wipes what the allocator does not: dead stack frames and vector registers, after work with
//! secrets.

use std::hint::black_box;
use zeroize::Zeroize;

/// Zeros the stack below the caller, where frames that are left still hold keys and pieces of
/// secrets: ciphers, TLS and parsers put them there (measured). To be called from above the
/// functions that used them.
///
/// The vector registers as well: copying leaves up to 64 bytes in each, and the dynamic linker
/// writes all of them to the stack, much later, when it looks a function up (measured: a whole
/// password in an `AVX-512` register).
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "the stack is what is to be wiped; threads have 2 MiB of it, `main` has 8"
)]
pub fn scrub_stack() {
    // Miri looks at each byte, and has no dead frames.
    const DEPTH: usize = if cfg!(miri) { 1024 } else { 256 * 1024 };
    let mut dead = [0u8; DEPTH];
    dead.zeroize();
    black_box(&dead);
    // Miri knows no instructions.
    if !cfg!(miri) {
        clear_vector_registers();
    }
}

#[cfg(target_arch = "x86_64")]
fn clear_vector_registers() {
    // SAFETY: each is called only where the processor has the instructions; all have those of SSE2.
    unsafe {
        if std::arch::is_x86_feature_detected!("avx512f") {
            clear_avx512();
        } else if std::arch::is_x86_feature_detected!("avx") {
            clear_avx();
        } else {
            clear_sse();
        }
    }
}

/// SAFETY: the processor has AVX-512F.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
unsafe fn clear_avx512() {
    // SAFETY: the instructions only write registers, which are declared.
    unsafe { std::arch::asm!(
        "vzeroall",
        "vpxorq zmm16, zmm16, zmm16", "vpxorq zmm17, zmm17, zmm17",
        "vpxorq zmm18, zmm18, zmm18", "vpxorq zmm19, zmm19, zmm19",
        "vpxorq zmm20, zmm20, zmm20", "vpxorq zmm21, zmm21, zmm21",
        "vpxorq zmm22, zmm22, zmm22", "vpxorq zmm23, zmm23, zmm23",
        "vpxorq zmm24, zmm24, zmm24", "vpxorq zmm25, zmm25, zmm25",
        "vpxorq zmm26, zmm26, zmm26", "vpxorq zmm27, zmm27, zmm27",
        "vpxorq zmm28, zmm28, zmm28", "vpxorq zmm29, zmm29, zmm29",
        "vpxorq zmm30, zmm30, zmm30", "vpxorq zmm31, zmm31, zmm31",
        out("zmm0") _, out("zmm1") _, out("zmm2") _, out("zmm3") _, out("zmm4") _,
        out("zmm5") _, out("zmm6") _, out("zmm7") _, out("zmm8") _, out("zmm9") _,
        out("zmm10") _, out("zmm11") _, out("zmm12") _, out("zmm13") _, out("zmm14") _,
        out("zmm15") _, out("zmm16") _, out("zmm17") _, out("zmm18") _, out("zmm19") _,
        out("zmm20") _, out("zmm21") _, out("zmm22") _, out("zmm23") _, out("zmm24") _,
        out("zmm25") _, out("zmm26") _, out("zmm27") _, out("zmm28") _, out("zmm29") _,
        out("zmm30") _, out("zmm31") _,
        options(nomem, nostack, preserves_flags)
    ); }
}

/// SAFETY: the processor has AVX.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
unsafe fn clear_avx() {
    // SAFETY: the instruction only writes registers, which are declared.
    unsafe { std::arch::asm!(
        "vzeroall",
        out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _, out("ymm4") _, out("ymm5") _,
        out("ymm6") _, out("ymm7") _, out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm11") _,
        out("ymm12") _, out("ymm13") _, out("ymm14") _, out("ymm15") _,
        options(nomem, nostack, preserves_flags)
    ); }
}

/// SAFETY: the processor has SSE2.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
unsafe fn clear_sse() {
    // SAFETY: the instructions only write registers, which are declared.
    unsafe { std::arch::asm!(
        "pxor xmm0, xmm0", "pxor xmm1, xmm1", "pxor xmm2, xmm2", "pxor xmm3, xmm3",
        "pxor xmm4, xmm4", "pxor xmm5, xmm5", "pxor xmm6, xmm6", "pxor xmm7, xmm7",
        "pxor xmm8, xmm8", "pxor xmm9, xmm9", "pxor xmm10, xmm10", "pxor xmm11, xmm11",
        "pxor xmm12, xmm12", "pxor xmm13, xmm13", "pxor xmm14, xmm14", "pxor xmm15, xmm15",
        out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _, out("xmm4") _, out("xmm5") _,
        out("xmm6") _, out("xmm7") _, out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
        out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
        options(nomem, nostack, preserves_flags)
    ); }
}

/// On other processors the next copy overwrites them.
#[cfg(not(target_arch = "x86_64"))]
fn clear_vector_registers() {}

#[cfg(test)]
mod tests {
    use super::*;

    /// That it does wipe, the memory tests show of `ropc` (`tests/memory/`).
    #[test]
    fn what_is_alive_stays() {
        let numbers: [f64; 64] =
            std::array::from_fn(|at| black_box(f64::from(u8::try_from(at).unwrap())).sqrt());
        let sum = |numbers: &[f64]| black_box(numbers).iter().sum::<f64>();
        let before = sum(&numbers);
        std::thread::spawn(scrub_stack).join().unwrap();
        scrub_stack();
        assert_eq!(sum(&numbers).to_bits(), before.to_bits());
    }
    /// Two registers as they are, the first one that no function keeps for its caller on any
    /// system, the second only where the processor has it.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    #[inline(never)]
    fn registers_after(between: fn()) -> [[u8; 64]; 2] {
        use std::arch::asm;
        let mut seen = [[0; 64]; 2];
        let at = seen.as_mut_ptr();
        // SAFETY: registers are written, which are declared, and read into 128 bytes that are ours.
        // Whether anything else has used them in between is the question.
        unsafe {
            if std::arch::is_x86_feature_detected!("avx512f") {
                asm!(
                    "vpternlogd zmm5, zmm5, zmm5, 0xff",
                    "vpternlogd zmm20, zmm20, zmm20, 0xff",
                    out("zmm5") _, out("zmm20") _
                );
                between();
                asm!("vmovdqu64 [{at}], zmm5", "vmovdqu64 [{at} + 64], zmm20", at = in(reg) at);
            } else if std::arch::is_x86_feature_detected!("avx") {
                asm!("vcmpps ymm5, ymm5, ymm5, 0x0f", out("ymm5") _);
                between();
                asm!("vmovdqu [{at}], ymm5", at = in(reg) at);
            } else {
                asm!("pcmpeqd xmm5, xmm5", out("xmm5") _);
                between();
                asm!("movdqu [{at}], xmm5", at = in(reg) at);
            }
        }
        seen
    }

    #[test]
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    fn vector_registers_are_cleared() {
        assert_eq!(registers_after(clear_vector_registers), [[0; 64]; 2]);
        let untouched = registers_after(|| ());
        assert!(
            untouched[0].starts_with(&[0xff; 16]),
            "the control: registers stay without it"
        );
    }
}
